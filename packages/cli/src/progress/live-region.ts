import type { Terminal } from '../terminal/terminal.ts';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_BELOW = '\u001b[0J';
const up = (lines: number): string => (lines > 0 ? `\u001b[${lines}A\r` : '\r');

/**
 * The last lines of the terminal, drawn again and again while something goes on. Each line must already fit the
 * terminal: one that wraps would be counted as one and leave its rest behind.
 */
export class LiveRegion {
  readonly #terminal: Terminal;
  #height = 0;
  #drawn = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  draw(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}\n`).join('');
    if (text === this.#drawn) return;
    this.#terminal.write(`${HIDE_CURSOR}${up(this.#height)}${ERASE_BELOW}${text}`);
    this.#height = lines.length;
    this.#drawn = text;
  }

  /** Writes lines that stay, above the region. */
  commit(text: string): void {
    const region = this.#drawn;
    this.#terminal.write(`${up(this.#height)}${ERASE_BELOW}${text}${region}`);
  }

  clear(): void {
    this.#terminal.write(`${up(this.#height)}${ERASE_BELOW}${SHOW_CURSOR}`);
    this.#height = 0;
    this.#drawn = '';
  }
}
