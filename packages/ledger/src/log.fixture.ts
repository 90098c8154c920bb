import { envelopeBytes, type Envelope } from '@duovir/protocol';
import { formatCheckpoint } from './checkpoint.ts';
import { temporaryFolder } from './folder.fixture.ts';
import { Frontier } from './frontier.ts';
import { leafHash } from './merkle.ts';
import type { Organisation } from './organisation.fixture.ts';
import { exportLog } from './publish.ts';
import type { ExcerptedLog } from './excerpt.ts';
import { readTail } from './entry-tail.ts';
import { scopeOf, type Scope } from './entry-scope.ts';
import { NO_RUN } from './run-state.ts';
import { sealed, type Sealing } from './seal.fixture.ts';
import { tilesInMemory } from './tree.fixture.ts';
import { keepCase } from './verifier-case.fixture.ts';
import { verifyLog } from './verify.ts';

/** A log of any entries whatsoever, signed and witnessed as whoever holds those keys could: honest or not. */
export async function writeLog(
  acme: Organisation,
  entries: readonly Envelope[],
  sizes: readonly number[] = [],
): Promise<ExcerptedLog> {
  const bodies = entries.map(envelopeBytes);
  const leaves = bodies.map((body) => leafHash(body));
  const tiles = tilesInMemory(leaves);
  const cosigned = async (size: number): Promise<{ size: number; note: string }> => {
    const frontier = new Frontier();
    for (const leaf of leaves.slice(0, size)) frontier.append(leaf);
    const text = formatCheckpoint({ origin: acme.log.name, size, root: frontier.root() });
    return { size, note: `${text}\n${await acme.log.signLine(text)}${await acme.witness.signLine(text)}` };
  };
  return {
    tile: (level, index, width) => tiles.tile(level, index, width),
    cosignedCheckpoint: () => cosigned(entries.length),
    cosignedHistory: () => Promise.all(sizes.map(cosigned)),
    entries: ({ from, limit }) =>
      Promise.resolve(bodies.slice(from, from + limit).map((body, at) => ({ index: from + at, body }))),
    context: async function* ({ first, size }) {
      const scoped = bodies.map((body, index) => ({ index, body, ...aboutWhat(body) }));
      const runs = new Set(scoped.slice(first, size).flatMap(({ scope, run }) => (scope === 'run' ? [run] : [])));
      yield* scoped.slice(0, first).filter(({ scope, run }) => scope === 'log' || (scope === 'run' && runs.has(run)));
    },
  };
}

function aboutWhat(body: Buffer): { readonly scope: Scope; readonly run: string } {
  const tail = readTail(body);
  return tail ? { scope: scopeOf(tail), run: tail.run } : { scope: 'passing', run: NO_RUN };
}

/** The rules that a whole story breaks, each once, by name. Every finding says where and what it means. */
export async function brokenRules(
  acme: Organisation,
  story: Iterable<Envelope>,
  sealing: Sealing = 'last',
): Promise<string[]> {
  const folder = temporaryFolder();
  await exportLog(await writeLog(acme, await sealed(acme, [...story], sealing)), folder, await acme.published());
  const verification = await verifyLog(folder, { officer: acme.officer.publicKey.toString('base64') });
  keepCase(folder, verification);
  for (const { consequence, entry } of verification.findings)
    if (consequence.length < 20 || entry === undefined) throw new Error(`a finding says nothing: ${consequence}`);
  return [...new Set(verification.findings.map(({ rule }) => rule))].toSorted();
}
