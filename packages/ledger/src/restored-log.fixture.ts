import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, envelopeDigest, type Envelope, type Predicate, type RestoreDecision } from '@duovir/protocol';
import { parseCheckpoint } from './checkpoint.ts';
import { exportExcerpt } from './excerpt.ts';
import { temporaryFolder } from './folder.fixture.ts';
import { writeLog } from './log.fixture.ts';
import { TIME, type Organisation } from './organisation.fixture.ts';
import { exportLog } from './publish.ts';
import { rootDigest, signRestore } from './restore.ts';
import { soundRun } from './story.fixture.ts';

/** How a log goes on after its loss, where that is not as it should be. */
export interface Telling {
  /** What the officer has decided otherwise, and what is told otherwise in the log. */
  readonly signed?: Partial<RestoreDecision>;
  readonly told?: Partial<Predicate<'log-restore'>>;
  readonly by?: Organisation['officer'];
  /** Where it is told. */
  readonly at?: number;
  readonly publish?: boolean;
  /** The last entry that was left, or that at another index, is exchanged; all is signed anew with the real keys. */
  readonly rewritten?: boolean | number;
  /** Whether anybody kept checkpoints. */
  readonly kept?: boolean;
  /** In an excerpt from here on; the log is twice as long. */
  readonly first?: number;
}

const STORY = 9;

/** A log that lost its entries from `size` on, with checkpoints that were kept of it. */
export class LostLog {
  readonly decision: RestoreDecision;
  readonly #acme: Organisation;
  readonly #before: readonly Envelope[];
  readonly #folder: string;

  private constructor(acme: Organisation, before: readonly Envelope[], decision: RestoreDecision, folder: string) {
    this.#acme = acme;
    this.#before = before;
    this.decision = decision;
    this.#folder = folder;
  }

  static async write(acme: Organisation, size: number, lost: number): Promise<LostLog> {
    const [start, ...told] = [...(await soundRun(acme)).values()].slice(0, STORY);
    const others = await passing(acme, lost - STORY);
    const before = [...(start ? [start] : []), ...others, ...told];
    const rootOf = async (count: number): Promise<RestoreDecision['root']> => {
      const { note } = await (await writeLog(acme, before.slice(0, count))).cosignedCheckpoint();
      return rootDigest(parseCheckpoint(note).root);
    };
    const folder = temporaryFolder();
    const log = await writeLog(acme, before, keptSizes(size, lost));
    await exportLog(log, folder, await acme.published());
    const decision: RestoreDecision = {
      apiVersion: 'duovir/v1',
      kind: 'RestoreDecision',
      origin: acme.log.name,
      size,
      root: await rootOf(size),
      lost,
      lostRoot: await rootOf(lost),
      decidedAt: TIME,
    };
    return new LostLog(acme, before, decision, folder);
  }

  /** The log after it went on from the backup, beside the checkpoints of what is lost. */
  async restored(telling: Telling = {}): Promise<string> {
    const { signed, told, by = this.#acme.officer, at = this.decision.size, publish = true } = telling;
    const decided = { ...this.decision, ...signed };
    const envelope = await signRestore(by.signer, decided);
    const { size, root, lost, lostRoot } = decided;
    const said = { size, root, lost, lostRoot, signature: envelopeDigest(envelope), ...told };
    const restore = await this.#acme.say('server', 'log-restore', digestOf(decided), said, { run: 'duovir' });
    const length = telling.first === undefined ? this.decision.size + 4 : 2 * telling.first;
    const left = await this.#left(telling);
    const others = await passing(this.#acme, length - left.length);
    const log = await writeLog(this.#acme, [...left, ...others].toSpliced(at, 0, restore));
    const keys = { ...(await this.#acme.published()), restores: publish ? [envelope] : [] };
    const folder = temporaryFolder();
    if (telling.first === undefined) await exportLog(log, folder, keys);
    else await exportExcerpt(log, folder, keys, telling.first);
    if (telling.kept ?? true) this.#keep(folder);
    return folder;
  }

  async #left({ rewritten = false }: Telling): Promise<Envelope[]> {
    const { size } = this.decision;
    const left = this.#before.slice(0, size);
    if (rewritten === false) return left;
    const at = rewritten === true ? size - 1 : rewritten;
    return left.toSpliced(at, 1, ...(await passing(this.#acme, 1, '2026-05-04T03:02:02.000Z')));
  }

  #keep(folder: string): void {
    const { size, lost } = this.decision;
    for (const kept of keptSizes(size, lost)) {
      const file = join('checkpoints', String(kept));
      cpSync(join(this.#folder, file), join(folder, file));
    }
    cpSync(join(this.#folder, 'checkpoint'), join(folder, 'checkpoints', String(lost)));
  }
}

/** Before the loss, at it, and of what is lost. */
const keptSizes = (size: number, lost: number): number[] =>
  [size - 2, size, size + 1, lost - 1].filter((kept) => kept > 0);

/** That many times something on which nothing rests, so that excerpts need not have it. */
async function passing(acme: Organisation, count: number, time = TIME): Promise<Envelope[]> {
  const refusal = { person: 'ana', action: 'approve', reason: 'expired', attempts: 1, origin: 'socket' } as const;
  const said = await acme.say('server', 'access-refusal', acme.policyDigest, refusal, { run: 'duovir', time });
  return Array.from({ length: count }, () => said);
}
