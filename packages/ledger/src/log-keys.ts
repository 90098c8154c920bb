import { parseVkey } from './vkey.ts';

interface Keys {
  readonly current: string;
  /** Until the log has spoken with its new key: what it said on the way is still to be cosigned. */
  readonly former: string | undefined;
}

/**
 * With which key each log may sign, as a witness sees it while keys are rotated. The former key counts until the new one was
 * heard, and never again: with it, whoever has got hold of it could still let the log grow (Invariant 9).
 */
export class LogKeys {
  readonly #newest: () => readonly string[];
  readonly #keys = new Map<string, Keys>();

  /** @param newest verifier keys in force; asked again each time, for they may change while the witness runs */
  constructor(newest: () => readonly string[]) {
    this.#newest = newest;
    this.#follow();
  }

  get origins(): Iterable<string> {
    return this.#keys.keys();
  }

  /** The one in force first; empty for a log that is not watched. */
  of(origin: string): readonly string[] {
    this.#follow();
    const keys = this.#keys.get(origin);
    return keys ? [keys.current, keys.former ?? []].flat() : [];
  }

  heard(origin: string, vkey: string): void {
    if (this.#keys.get(origin)?.current === vkey) this.#keys.set(origin, { current: vkey, former: undefined });
  }

  #follow(): void {
    for (const current of this.#newest()) {
      const { name } = parseVkey(current);
      const known = this.#keys.get(name);
      if (known?.current !== current) this.#keys.set(name, { current, former: known?.current });
    }
  }
}
