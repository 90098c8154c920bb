import { setTimeout as pause } from 'node:timers/promises';
import { LedgerInstallation, type Word, type Writer } from './ledger-installation.ts';

/** Every few kills all signatures are looked at, and after each one the tree, all checkpoints and all entries in the database. */
const WHOLE_EVERY = 20;
const LONGEST_DELAY_MS = 12;

export interface KillReport {
  readonly kills: Readonly<Record<'writer' | 'witness' | 'database', number>>;
  /** How often the writer died right after it had said the word. */
  readonly after: ReadonlyMap<Word, number>;
  readonly acknowledged: number;
  readonly entries: number;
  readonly verifications: number;
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Kills the parts of a ledger again and again (SIGKILL) while it appends, publishes, exports and changes its key, and looks
 * after each kill: nothing acknowledged is lost, no index is missing, and what readers find verifies, with every checkpoint
 * they were ever shown.
 */
export async function killLedger(kills: number, seed: number): Promise<KillReport> {
  const random = seeded(seed);
  const upTo = (most: number): number => 1 + Math.floor(random() * most);
  const installation = await LedgerInstallation.start();
  const done = { writer: 0, witness: 0, database: 0 };
  const after = new Map<Word, number>();
  let verifications = 0;
  const total = (): number => done.writer + done.witness + done.database;
  try {
    for (let round = 0; total() < kills; round += 1) {
      const isRotation = round % 6 === 5;
      if (isRotation) await installation.stageRotation();
      const writer = installation.write(round);
      const [word, times] = momentOf(random, upTo, isRotation);
      await writer.said(word, times);
      const fate = random();
      if (fate < 0.1) {
        await installation.killWitness();
        done.witness += 1;
      } else if (fate < 0.16) {
        await installation.killDatabase();
        done.database += 1;
      }
      await pause(random() * LONGEST_DELAY_MS);
      await assertAlive(writer, round);
      await installation.kill(writer);
      done.writer += 1;
      after.set(word, (after.get(word) ?? 0) + 1);
      await installation.mend();
      await installation.assertNothingLost();
      verifications += await assertVerified(installation, round % WHOLE_EVERY === WHOLE_EVERY - 1);
    }
    const last = installation.write(-1);
    await last.said('exporting', 2);
    await assertAlive(last, -1);
    await installation.kill(last);
    verifications += await assertVerified(installation, true);
    const entries = await installation.assertNothingLost();
    return { kills: done, after, acknowledged: installation.acknowledged.size, entries, verifications };
  } finally {
    await installation.close();
  }
}

function momentOf(random: () => number, upTo: (most: number) => number, isRotation: boolean): [Word, number] {
  if (isRotation) return ['rotating', 1];
  const choice = random();
  if (choice < 0.1) return ['opened', 1];
  if (choice < 0.5) return ['acknowledged', upTo(60)];
  if (choice < 0.8) return ['publishing', upTo(4)];
  return ['exporting', upTo(2)];
}

/** Who ended by himself has refused to go on: that is a finding. */
async function assertAlive({ child }: Writer, round: number): Promise<void> {
  if (child.exitCode !== null) throw new Error(`the writer of round ${round} ended by itself`);
}

async function assertVerified(installation: LedgerInstallation, isWhole: boolean): Promise<number> {
  let verifications = 0;
  for (const which of ['published', 'exported'] as const) {
    const verification = await installation.verify(which, isWhole);
    if (!verification) continue;
    verifications += 1;
    if (!verification.ok) throw new Error(`what is ${which} does not verify: ${JSON.stringify(verification.findings)}`);
  }
  return verifications;
}

export function describeKills(reports: readonly KillReport[]): string {
  const sum = (of: (report: KillReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  const words = [...new Set(reports.flatMap(({ after }) => [...after.keys()]))];
  const moments = words.map((word) => `${sum(({ after }) => after.get(word) ?? 0)} after "${word}"`).join(', ');
  const victims = `${sum(({ kills }) => kills.writer)} of the writer (${moments}), ${sum(({ kills }) => kills.witness)} of the witness, ${sum(({ kills }) => kills.database)} of the database`;
  return `Kills: ${victims}. ${sum(({ acknowledged }) => acknowledged)} entries acknowledged, ${sum(({ entries }) => entries)} there, ${sum(({ verifications }) => verifications)} folders verified.`;
}
