const CHARACTERS_PER_TOKEN = 4;
const SHORTEST_PAUSE_MS = 250;

/** Tells how much a model has written, roughly and at most four times a second. */
export class WritingProgress {
  readonly #clock: () => Date;
  readonly #tell: (tokens: number) => void;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(clock: () => Date, tell: (tokens: number) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  wrote(characters: number): void {
    const now = this.#clock().getTime();
    if (now - this.#toldAt < SHORTEST_PAUSE_MS) return;
    this.#toldAt = now;
    this.#tell(Math.ceil(characters / CHARACTERS_PER_TOKEN));
  }
}
