import type { Digest, MotionView } from '@duovir/protocol';
import type { RunPort } from '@duovir/engine';
import type { Database, Row } from './database.ts';

/** A motion without its plan, which is a document. */
export type MotionRecord = Omit<MotionView, 'plan' | 'shreddedBy'>;

/** Motions and their verdicts, for people to read; the ledger holds the signed ones. */
export class Motions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async record(motion: Parameters<RunPort['recordMotion']>[0]): Promise<void> {
    await this.#database.query(
      `insert into duovir.motion (digest, run, kind, revision, risk_class, reasons) values ($1, $2, $3, $4, $5, $6)
       on conflict (digest) do nothing`,
      [motion.digest, motion.run, motion.kind, motion.revision, motion.riskClass, JSON.stringify(motion.reasons)],
    );
  }

  async recordVerdict(motion: Digest, verdict: string, explanation: string): Promise<void> {
    await this.#database.query('update duovir.motion set verdict = $2, explanation = $3 where digest = $1', [
      motion,
      verdict,
      explanation,
    ]);
  }

  /** In the order they were put to the vote. */
  async ofRun(run: string): Promise<readonly MotionRecord[]> {
    const rows = await this.#database.query('select * from duovir.motion where run = $1 order by number', [run]);
    return rows.map(recordOf);
  }

  async find(digest: string): Promise<MotionRecord | undefined> {
    const [row] = await this.#database.query('select * from duovir.motion where digest = $1', [digest]);
    return row && recordOf(row);
  }
}

function recordOf(row: Row): MotionRecord {
  return {
    digest: row['digest'],
    run: row['run'],
    kind: row['kind'],
    revision: row['revision'],
    riskClass: row['risk_class'],
    reasons: row['reasons'],
    verdict: row['verdict'],
    explanation: row['explanation'],
  } as MotionRecord;
}
