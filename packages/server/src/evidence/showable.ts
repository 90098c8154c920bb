import * as z from 'zod';
import { createGuard, EgressError, RegisteredValues, type Guard } from '@duovir/egress';
import { runAttributes } from '../access/run-attributes.ts';
import { secretInputs } from '../gateway/secret-inputs.ts';
import type { Database } from '../store/database.ts';
import type { Runs } from '../store/runs.ts';

/** What detectors find that may be in no pack. Hosts, addresses and names are what a plan is about: an assessor has to see them. */
const SECRET = new Set(['secret', 'key', 'card', 'iban']);
/** Of runs of this class nothing is shown: what they work on is what PCI DSS protects. */
const NEVER_SHOWN = 'cardholder';
/** Never shown: what a model was sent. Its entry says who asked, how much, and what was hidden. */
const NEVER_SHOWN_KIND = 'egress';
const DEADLINE_MS = 2000;
const LOG = 'duovir';

/** Decides what of the sealed content may be in an evidence pack. Whatever cannot be looked at is not shown (Invariant 6). */
export class Showable {
  readonly #database: Database;
  readonly #runs: Pick<Runs, 'accepted'>;
  readonly #guard: Guard = createGuard({ deadlineMs: DEADLINE_MS, internalDomains: [] });
  /** Entries of a run come together: the one that was looked at last is most often the next. */
  readonly #known = new Map<string, Promise<Secrets>>();

  constructor({ database, runs }: { readonly database: Database; readonly runs: Pick<Runs, 'accepted'> }) {
    this.#database = database;
    this.#runs = runs;
  }

  async mayShow(kind: string, run: string, bytes: Buffer): Promise<boolean> {
    if (kind === NEVER_SHOWN_KIND) return false;
    const text = SALTED.has(kind) ? withoutSalt(bytes.toString('utf8')) : bytes.toString('utf8');
    if (run !== LOG) {
      const { isProtected, registered } = await this.#secretsOf(run);
      if (isProtected || registered.find(text).length > 0) return false;
    }
    try {
      const found = await this.#guard.detect(text);
      return !found.some((span) => SECRET.has(span.kind));
    } catch (error) {
      if (error instanceof EgressError) return false;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#guard.close();
  }

  #secretsOf(run: string): Promise<Secrets> {
    const known = this.#known.get(run);
    if (known) return known;
    const secrets = this.#lookUp(run);
    if (this.#known.size >= MOST_RUNS) this.#known.clear();
    this.#known.set(run, secrets);
    return secrets;
  }

  async #lookUp(run: string): Promise<Secrets> {
    const attributes = (await runAttributes(this.#database, [run])).get(run);
    const registered = new RegisteredValues();
    // A run that is in the ledger and not in the database: nobody knows what it was allowed to tell.
    if (!attributes || attributes.dataClass === NEVER_SHOWN) return { isProtected: true, registered };
    const { request } = await this.#runs.accepted(run);
    for (const { label, value } of secretInputs(request)) registered.register(label, value);
    return { isProtected: false, registered };
  }
}

const SALTED: ReadonlySet<string> = new Set(['plan', 'request']);
const saltedSchema = z.looseObject({ salt: z.string().regex(/^[0-9a-f]{32}$/) });
const acceptedSchema = z.looseObject({ request: saltedSchema });

/**
 * Plans and requests are salted so that nobody can guess them from their digests: random by purpose, that would pass for a secret
 * in each of them.
 */
function withoutSalt(text: string): string {
  const document: unknown = JSON.parse(text);
  const plan = saltedSchema.safeParse(document);
  if (plan.success) return JSON.stringify({ ...plan.data, salt: '' });
  const accepted = acceptedSchema.safeParse(document);
  if (!accepted.success) return text;
  return JSON.stringify({ ...accepted.data, request: { ...accepted.data.request, salt: '' } });
}

const MOST_RUNS = 256;

interface Secrets {
  readonly isProtected: boolean;
  /** What the request brought with it that nobody may see. */
  readonly registered: RegisteredValues;
}
