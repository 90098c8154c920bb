import { LiveRegion } from '../progress/live-region.ts';
import { fitText } from '../terminal/text.ts';
import type { Terminal } from '../terminal/terminal.ts';

const BAR = 24;
/** No more often than a person can see. */
const FRAME_MS = 80;

/** How far something long is: one line that is drawn anew, or nothing where that is not possible. */
export class PackProgress {
  readonly #terminal: Terminal;
  readonly #region: LiveRegion | undefined;
  #drawnAt = 0;
  #stage = '';

  constructor(terminal: Terminal, isWanted: boolean) {
    this.#terminal = terminal;
    this.#region = isWanted && terminal.isLive ? new LiveRegion(terminal) : undefined;
  }

  show(stage: string, done: number, size: number): void {
    const now = performance.now();
    if (!this.#region || (stage === this.#stage && now - this.#drawnAt < FRAME_MS)) return;
    this.#drawnAt = now;
    this.#stage = stage;
    const share = size > 0 ? Math.min(done / size, 1) : 0;
    const full = Math.round(share * BAR);
    const bar =
      this.#terminal.style('accent', '━'.repeat(full)) + this.#terminal.style('quiet', '━'.repeat(BAR - full));
    const text = fitText(` ${String(Math.floor(share * 100)).padStart(3)} %  ${stage}`, this.#terminal.columns - BAR);
    this.#region.draw([bar + text]);
  }

  end(): void {
    this.#region?.clear();
  }
}
