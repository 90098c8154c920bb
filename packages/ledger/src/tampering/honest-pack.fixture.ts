import { parseEnvelope, peekStatement, type BlobOpening } from '@duovir/protocol';
import { buildPack } from '../evidence/build-pack.ts';
import { sourceOf } from '../evidence/pack.fixture.ts';
import { TIME } from '../organisation.fixture.ts';
import { planOf, SALT } from './honest-log.fixture.ts';
import type { Random } from './random.fixture.ts';
import type { SignedLog } from './signed-log.fixture.ts';

/** The evidence pack of a log: some plans are shown, some withheld. */
export async function writeHonestPack({ acme, bodies }: SignedLog, folder: string, random: Random): Promise<void> {
  const entries = bodies.map((body) => parseEnvelope(body));
  const openings = entries.flatMap((envelope, entry): BlobOpening[] => {
    const { kind, run, predicate } = peekStatement(envelope);
    if (kind !== 'plan' || !('commitment' in predicate)) return [];
    const { commitment } = predicate;
    if (entry > 10 && random.isTrue(20)) return [{ commitment, entry, withheld: 'policy' }];
    return [{ commitment, content: Buffer.from(planOf(run)).toString('base64'), entry, salt: SALT }];
  });
  const source = await sourceOf(acme, entries, openings);
  await buildPack(source, { scope: 'all', from: null, to: null, createdAt: new Date(TIME) }, folder);
}
