import type { ExcerptRange, PostgresLog } from '@duovir/ledger';
import { parseEnvelope } from '@duovir/protocol';

/** What an excerpt of the log rests on, one line each; the last line says how many there were. */
export async function* contextLines(log: PostgresLog, range: ExcerptRange): AsyncGenerator<string> {
  let entries = 0;
  for await (const { index, body } of log.context(range)) {
    entries += 1;
    yield `${JSON.stringify({ index, envelope: parseEnvelope(body) })}\n`;
  }
  yield `${JSON.stringify({ entries })}\n`;
}
