import type { Scrubber } from '@duovir/egress';
import type { Statement } from '@duovir/protocol';
import { serverScrubber } from '../egress/scrubber.ts';
import { ServerError } from '../error.ts';
import { looksRandom } from './random-text.ts';

/** Digests, ids and times: what they can be is closed, and random by design. */
const CLOSED =
  /^(?:sha256:[0-9a-f]{64}|run-[a-z2-7]{20}|call-[a-z2-7]{26}|permit-[a-z2-7]{26}|f-[0-9a-f]{8}|\d{4}-\d\d-\d\dT[\d:.]{12}Z)$/;
const KEY_ID = /^[a-z][a-z0-9-]*\/[0-9a-f]{16}$/;
/** Fields whose schema takes a key id and nothing else. */
const KEY_FIELDS = new Set(['key', 'previous']);
/** Fields that an agent fills with what it likes, as long as it is printable. */
const FREE_FIELDS = new Set(['because', 'evidence']);
/** Strings known to be clean: names and rules come again in every entry. */
const MOST_KNOWN = 20_000;

/**
 * The last look before the log, behind closed schemas and all other hooks (Invariant 12): what is appended can never be taken
 * back. A statement with a known secret, what looks like one, or a card number in it is not appended.
 */
export class LeafGuard {
  readonly #scrubber: Scrubber;
  readonly #known = new Set<string>();

  constructor(scrubber: Scrubber = serverScrubber([])) {
    this.#scrubber = scrubber;
  }

  /** Throws `entry-secret`, which says where and not what. */
  inspect({ kind, predicate }: Statement): void {
    this.#look(predicate, kind, '');
  }

  #look(value: unknown, kind: string, field: string): void {
    if (typeof value === 'string') {
      if (!this.#isClean(value, field))
        throw new ServerError(
          'entry-secret',
          `A ${kind} holds in \`${field}\` what looks like a secret or a card number.`,
        );
    } else if (Array.isArray(value)) for (const item of value) this.#look(item, kind, field);
    else if (typeof value === 'object' && value !== null)
      for (const [name, item] of Object.entries(value)) this.#look(item, kind, name);
  }

  #isClean(text: string, field: string): boolean {
    if (CLOSED.test(text) || (KEY_FIELDS.has(field) && KEY_ID.test(text))) return true;
    const known = `${field} ${text}`;
    if (this.#known.has(known)) return true;
    if (this.#scrubber.scrub(text) !== text || (FREE_FIELDS.has(field) && looksRandom(text))) return false;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.add(known);
    return true;
  }
}
