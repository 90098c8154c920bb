import type { KnownKey } from '../key/key-resolver.ts';
import type { RegisteredValues } from '../registered/registered-values.ts';

/** Puts the providers' keys among the registered values of each run, once. */
export class RegisteredKeys {
  readonly #done = new WeakMap<RegisteredValues, Set<string>>();

  registerIn(registered: RegisteredValues, keys: readonly KnownKey[]): void {
    const done = this.#done.get(registered) ?? new Set();
    this.#done.set(registered, done);
    for (const { label, value } of keys) {
      if (done.has(value)) continue;
      registered.register(label, value);
      done.add(value);
    }
  }
}
