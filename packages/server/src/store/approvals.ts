import { envelopeSchema, type Envelope } from '@duovir/protocol';
import type { Database } from './database.ts';

export interface Approval {
  readonly run: string;
  readonly motion: string;
  readonly person: string;
  /** Under which it was given. */
  readonly trustPolicy: string;
  readonly verdict: 'approve' | 'reject';
  readonly envelope: Envelope;
  readonly entry: number;
  readonly time: string;
}

/** What people signed about motions that wait for them. */
export class Approvals {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The first word of a person on a motion stands, as long as the trust policy does. */
  async give(approval: Approval): Promise<void> {
    await this.#database.query(
      `insert into duovir.approval (motion, person, trust_policy, verdict, envelope, entry, given_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (motion, person, trust_policy) do nothing`,
      [
        approval.motion,
        approval.person,
        approval.trustPolicy,
        approval.verdict,
        JSON.stringify(approval.envelope),
        approval.entry,
        approval.time,
      ],
    );
  }

  /** Under whatever trust policy they were given. */
  async envelopes(motion: string): Promise<readonly Envelope[]> {
    const rows = await this.#database.query(
      'select envelope from duovir.approval where motion = $1 order by given_at, person',
      [motion],
    );
    return rows.map((row) => envelopeSchema.parse(row['envelope']));
  }

  async given(motion: string, trustPolicy: string): Promise<{ person: string; verdict: 'approve' | 'reject' }[]> {
    const rows = await this.#database.query(
      'select person, verdict from duovir.approval where motion = $1 and trust_policy = $2 order by given_at, person',
      [motion, trustPolicy],
    );
    return rows.map((row) => ({
      person: String(row['person']),
      verdict: row['verdict'] === 'approve' ? 'approve' : 'reject',
    }));
  }
}
