import type { Command } from 'commander';
import { digestSchema, type BlobView, type Shredding, type ShredReason } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { connect, type ConnectOptions } from '../../connect.ts';
import { CliError } from '../../error.ts';
import { exitCodes } from '../../exit-code.ts';
import { writeJson, type Session } from '../../session.ts';
import { confirm } from '../../trust/confirm.ts';
import { findRun } from '../run/find.ts';
import { parseLifetime } from '../token/wishes.ts';
import { readBlobs, writeBlobs } from './list.ts';

interface ShredOptions extends ConnectOptions {
  readonly reason: ShredReason;
  readonly run?: string;
  readonly olderThan?: string;
  readonly dryRun?: true;
  readonly yes?: true;
}

/** Of one request. */
const MOST = 256;
const LIST = 'List them with `duovir blob list --run <run>`.';

export async function shredBlobs(session: Session, command: Command, wanted: readonly string[]): Promise<void> {
  const options = command.optsWithGlobals<ShredOptions>();
  const { client } = await connect(session, options);
  const found = await chosen(session, client, options, wanted);
  // What no entry commits to goes with the rest of its run.
  const blobs = found.filter(({ shreddedBy, entry }) => shreddedBy === null && entry !== null);
  if (options.dryRun) return options.json ? writeJson(session, blobs) : preview(session, blobs);
  if (blobs.length > 0 && !options.yes) {
    preview(session, blobs);
    const question = `Destroy ${blobs.length === 1 ? 'this' : `these ${blobs.length}`} for good?`;
    if (!(await confirm(session, question))) return session.finish(exitCodes.refused.code);
  }
  const done = await shredAll(client, blobs, options.reason);
  if (options.json) return writeJson(session, done);
  describe(session, done);
}

async function chosen(
  session: Session,
  client: Client,
  { run, olderThan }: ShredOptions,
  wanted: readonly string[],
): Promise<BlobView[]> {
  if (olderThan !== undefined) {
    if (run !== undefined || wanted.length > 0)
      throw new CliError('usage', '--older-than is about all runs.', 'Leave out the run and the commitments.');
    const before = new Date(session.now().getTime() - parseLifetime(olderThan)).toISOString();
    return readBlobs(client, { before });
  }
  if (run === undefined) throw new CliError('usage', 'Nothing says which run this is about.', 'Name it with --run.');
  const ofRun = await readBlobs(client, { run: (await findRun(client, run)).id });
  return wanted.length === 0 ? ofRun : wanted.map((text) => theOne(ofRun, text));
}

/** The only one whose commitment begins so. */
function theOne(blobs: readonly BlobView[], text: string): BlobView {
  const prefix = text.startsWith('sha256:') ? text : `sha256:${text}`;
  const found = blobs.filter(({ commitment }) => commitment.startsWith(prefix));
  const [blob] = found;
  if (!blob) throw new CliError('not-found', `The run has no blob ${prefix}.`, LIST);
  if (found.length > 1 && !digestSchema.safeParse(prefix).success)
    throw new CliError('usage', `${found.length} blobs begin with ${prefix}.`, 'Write more of it.');
  if (blob.entry === null)
    throw new CliError(
      'usage',
      `No entry commits to the ${blob.role}.`,
      'Shred another blob of the run, such as its request: what no entry commits to goes with it.',
    );
  return blob;
}

/** Run by run: a run that is cut off in the middle is gone on with by the same command. */
async function shredAll(client: Client, blobs: readonly BlobView[], reason: ShredReason): Promise<Shredding> {
  const shredded: Shredding['shredded'] = [];
  const copies: Shredding['copies'] = [];
  for (let from = 0; from < blobs.length; from += MOST) {
    const commitments = blobs.slice(from, from + MOST).map(({ commitment }) => commitment);
    const done = await client.shred({ commitments, reason });
    shredded.push(...done.shredded);
    copies.push(...done.copies);
  }
  const gone = new Set(shredded.map(({ commitment }) => commitment));
  return { shredded, copies: copies.filter(({ commitment }) => !gone.has(commitment)) };
}

function preview(session: Session, blobs: readonly BlobView[]): void {
  if (blobs.length === 0) return session.output.write('Nothing is left to destroy.\n');
  writeBlobs(session, blobs);
  session.output.write(
    'With them goes what no entry commits to: output, evidence, answers, placeholders, words of events.\n',
  );
}

function describe({ output }: Session, { shredded, copies }: Shredding): void {
  for (const { commitment, run, entry } of shredded)
    output.write(`${output.style('good', '✔')} ${commitment} of ${run} is shredded by entry ${entry}.\n`);
  if (shredded.length === 0) output.write('Nothing is left to destroy.\n');
  for (const { commitment, run } of copies)
    output.write(`${output.style('warn', '!')} The same bytes are in ${run} as ${commitment}.\n`);
}
