import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { BlobOpening } from '@duovir/protocol';
import { LedgerError } from '../error.ts';
import { parseOpening } from './blob-opening.ts';
import { isOneOf } from '../system-error.ts';

/** An entry is at most 64 KB; what is shown of it has to fit into memory. */
const LONGEST_LINE = 256 * 2 ** 20;

/** Lines of a file of a pack, without their ends. Nothing for a file that is not there: the manifest says that it has to be. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file, { encoding: 'utf8' });
  let length = 0;
  stream.on('data', (piece) => {
    length = piece.includes('\n') ? 0 : length + piece.length;
    if (length > LONGEST_LINE) stream.destroy(new LedgerError('evidence-malformed', 'A line has no end.'));
  });
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  try {
    for await (const line of lines) yield line;
  } catch (error) {
    if (isOneOf(error, 'ENOENT')) return;
    throw error;
  }
}

/** Openings as the file has them. A line that is none is told of, and left out. */
export async function* openingsIn(file: string, onMalformed: (line: number) => void): AsyncGenerator<BlobOpening> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    const opening = tryParse(line);
    if (opening) yield opening;
    else onMalformed(number);
  }
}

function tryParse(line: string): BlobOpening | undefined {
  try {
    return parseOpening(line);
  } catch {
    // Whatever it is instead is for nobody to read: the line is named.
    return undefined;
  }
}
