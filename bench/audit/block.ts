import { digestOfBytes, envelopeBytes, signStatement, type Digest } from '@duovir/protocol';
import { ENTRIES_PER_RUN, honestRun, type Voices } from './honest-run.ts';
import { TIME } from './organisation.ts';

/** Runs that go on at the same time. Their entries fill whole bundles, so that blocks can be written independently. */
const RUNS_PER_BLOCK = 128;
export const ENTRIES_PER_BLOCK = RUNS_PER_BLOCK * ENTRIES_PER_RUN;

/** The entries of one block in the order of the log: the next word of each run in turn. */
export async function blockEntries(voices: Voices, trustPolicy: Digest, block: number): Promise<Buffer[]> {
  const runs: Buffer[][] = [];
  if (block === 0) runs.push(await beginning(voices, trustPolicy));
  for (let at = runs.length; at < RUNS_PER_BLOCK; at += 1)
    runs.push(await honestRun(voices, trustPolicy, block * RUNS_PER_BLOCK + at));
  return Array.from({ length: ENTRIES_PER_RUN }, (_, turn) => runs.flatMap((entries) => entries[turn] ?? [])).flat();
}

/** The log is started, and its heart beats. */
async function beginning({ server }: Voices, trustPolicy: Digest): Promise<Buffer[]> {
  const about = { run: 'duovir', time: TIME };
  const start = envelopeBytes(
    await signStatement(server, { ...about, kind: 'log-start', subject: trustPolicy, predicate: { trustPolicy } }),
  );
  const beats = Array.from({ length: ENTRIES_PER_RUN - 1 }, (_, at) =>
    signStatement(server, {
      ...about,
      kind: 'heartbeat',
      subject: digestOfBytes(start),
      predicate: { number: at + 1, intervalSeconds: 60, clock: 'synchronised' },
    }),
  );
  return [start, ...(await Promise.all(beats)).map(envelopeBytes)];
}
