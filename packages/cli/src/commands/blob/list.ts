import type { Command } from 'commander';
import type { BlobView } from '@duovir/protocol';
import type { BlobFilter, Client } from '@duovir/sdk';
import { connect, type ConnectOptions } from '../../connect.ts';
import { writeJson, type Session } from '../../session.ts';
import { writeTable } from '../../terminal/table.ts';
import { findRun } from '../run/find.ts';

interface ListOptions extends ConnectOptions {
  readonly run: string;
}

export async function listBlobs(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<ListOptions>();
  const { client } = await connect(session, options);
  const blobs = await readBlobs(client, { run: (await findRun(client, options.run)).id });
  if (options.json) return writeJson(session, blobs);
  if (blobs.length === 0) return session.output.write('Nothing is sealed.\n');
  writeBlobs(session, blobs);
}

export async function readBlobs(client: Client, filter: BlobFilter): Promise<BlobView[]> {
  const blobs: BlobView[] = [];
  for await (const blob of client.blobs(filter)) blobs.push(blob);
  return blobs;
}

export function writeBlobs({ output }: Session, blobs: readonly BlobView[]): void {
  writeTable(
    output,
    ['COMMITMENT', 'WHAT', 'BYTES', 'SEALED', 'ENTRY', 'RUN', 'STATE'],
    blobs.map(({ commitment, role, bytes, storedAt, entry, run, shreddedBy }) => [
      { text: commitment, style: 'strong' },
      { text: role },
      { text: bytes === null ? '–' : String(bytes) },
      { text: storedAt.slice(0, 16).replace('T', ' '), style: 'quiet' },
      { text: entry === null ? '–' : `#${entry}`, style: 'quiet' },
      { text: run, style: 'quiet' },
      shreddedBy === null ? { text: 'sealed' } : { text: `shredded by entry ${shreddedBy}`, style: 'warn' },
    ]),
  );
}
