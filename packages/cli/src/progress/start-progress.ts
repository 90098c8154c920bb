import { isReady, type ProcessStatus, type SupervisorStatus } from '../supervisor/status.ts';
import { fitText } from '../terminal/text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { LiveRegion } from './live-region.ts';
import { SPINNER_FRAMES, FRAME_MS } from './spinner.ts';

/** Which process is ready, while `duovir up` waits: one line that is drawn anew, or nothing where that is not possible. */
export class StartProgress {
  readonly #terminal: Terminal | undefined;
  readonly #region: LiveRegion | undefined;

  constructor(terminal: Terminal | undefined) {
    this.#terminal = terminal;
    this.#region = terminal?.isLive === true ? new LiveRegion(terminal) : undefined;
  }

  show(status: SupervisorStatus): void {
    if (!this.#terminal || !this.#region || isReady(status)) return;
    const frame = SPINNER_FRAMES[Math.floor(performance.now() / FRAME_MS) % SPINNER_FRAMES.length] ?? '';
    const ready = status.processes.filter(({ kind }) => kind === 'ready').length;
    const waiting = status.processes.filter(({ kind }) => kind !== 'ready').map(describe);
    const text = fitText(
      ` ${ready}/${status.processes.length} ready, waiting for ${waiting.join(', ')}`,
      this.#terminal.columns - 2,
    );
    this.#region.draw([this.#terminal.style('accent', frame) + this.#terminal.style('quiet', text)]);
  }

  end(): void {
    this.#region?.clear();
  }
}

function describe({ name, kind, reason }: ProcessStatus): string {
  return kind === 'restarting' ? `${name} (restarting: ${reason ?? 'it ended'})` : name;
}
