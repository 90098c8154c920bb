import { MAX_TIMESTAMP_BYTES } from '@duovir/ledger';
import { CliError } from '../error.ts';
import { plainText } from '../terminal/text.ts';

const WITHIN_MS = 20_000;
const QUERY = 'application/timestamp-query';
const REPLY = 'application/timestamp-reply';

/** Asks a time-stamping authority over HTTP (RFC 3161, 3.4). What it answers is checked by whoever asks. */
export async function askAuthority(
  url: string,
  query: Uint8Array<ArrayBuffer>,
  interrupted: AbortSignal,
): Promise<Buffer> {
  const address = addressOf(url);
  try {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': QUERY, accept: REPLY },
      body: query,
      redirect: 'error',
      signal: AbortSignal.any([interrupted, AbortSignal.timeout(WITHIN_MS)]),
    });
    if (!answer.ok) throw failed(address, `it answers with status ${answer.status}`);
    if (answer.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() !== REPLY)
      throw failed(address, `its answer is no ${REPLY}`);
    return await bounded(answer, address);
  } catch (error) {
    if (error instanceof CliError || interrupted.aborted) throw error;
    throw failed(address, reasonOf(error), error);
  }
}

/** No password is in the process list: an authority that wants one is asked through a proxy that has it. */
function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address && /^https?:$/.test(address.protocol) && address.username === '' && address.password === '')
    return address;
  throw new CliError(
    'usage',
    `${plainText(url)} is not the address of a time-stamping authority.`,
    'Write it as https://tsa.example/tsr, without a user.',
  );
}

async function bounded(answer: Response, address: URL): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of answer.body ?? []) {
    size += piece.length;
    if (size > MAX_TIMESTAMP_BYTES) throw failed(address, 'its answer is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be reached';
  if (error.name === 'TimeoutError') return `it has not answered within ${WITHIN_MS / 1000} seconds`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function failed({ origin }: URL, why: string, cause?: unknown): CliError {
  return new CliError(
    'refused',
    `${origin} has put no time to the checkpoint: ${why}.`,
    'Look whether it can be reached from here, or ask another authority; nothing was kept.',
    cause,
  );
}
