/** What differs from run to run and means the same: placeholders of a run, run ids, digests, times. */
const VOLATILE = new RegExp(
  [
    String.raw`ZQX_[A-Z]+_\d+_[0-9A-F]{8}`,
    String.raw`h\d+-[0-9a-z]+\.zqx\.invalid`,
    String.raw`\b[tc]_\d+_[0-9a-z]{6,}`,
    String.raw`\brun-[a-z2-7]{20}`,
    String.raw`\bsha256:[0-9a-f]{64}`,
    String.raw`\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`,
    String.raw`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z`,
  ].join('|'),
  'g',
);

/** Puts a number in the place of each volatile word, the same for the same word, in the order in which they first appear. */
export class VolatileWords {
  readonly #numbers = new Map<string, number>();

  blank(text: string): string {
    return text.replace(VOLATILE, (word) => {
      const number = this.#numbers.get(word) ?? this.#numbers.size;
      this.#numbers.set(word, number);
      return `\u27e6${number}\u27e7`;
    });
  }

  /** Puts this run's words back where `blank` of another run has put numbers. */
  restore(text: string): string {
    const words = [...this.#numbers.keys()];
    return text.replace(/\u27e6(\d+)\u27e7/g, (whole, number: string) => words[Number(number)] ?? whole);
  }
}
