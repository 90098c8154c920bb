import {
  evidenceExportViewSchema,
  openingLineSchema,
  type BlobOpening,
  type EvidenceExportRequest,
  type EvidenceExportView,
} from '@duovir/protocol';
import { malformed } from './api-error.ts';
import type { Transport } from './transport.ts';

export interface EvidenceCalls {
  /** What the entries from `from` up to, without, `to` commit to, as far as it is shown; by entry, then commitment. */
  openings(from: number, to: number): AsyncGenerator<BlobOpening>;
  /** Has the server state in the ledger that this was exported. */
  exportEvidence(request: EvidenceExportRequest): Promise<EvidenceExportView>;
}

export function evidenceCalls(transport: Transport): EvidenceCalls {
  return {
    openings: (from, to) => readOpenings(transport, from, to),
    exportEvidence: (body) => transport.json({ path: '/v1/evidence', body }, evidenceExportViewSchema),
  };
}

/** Throws for an answer that was cut off: openings that nobody notices are missing would be taken for withheld. */
async function* readOpenings(transport: Transport, from: number, to: number): AsyncGenerator<BlobOpening> {
  const { body } = await transport.send({ path: '/v1/evidence/openings', query: { from, to } });
  let count = 0;
  for await (const line of linesOf(body)) {
    const parsed = openingLineSchema.safeParse(parseJson(line));
    if (!parsed.success) throw malformed('a line is no opening', parsed.error);
    if ('openings' in parsed.data) {
      if (parsed.data.openings === count) return;
      throw malformed(`there were ${count} openings of ${parsed.data.openings}`);
    }
    count += 1;
    yield parsed.data;
  }
  throw malformed('the openings end before they are over');
}

async function* linesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  if (!body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (cause) {
    throw malformed('the connection broke', cause);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw malformed('a line is not JSON', cause);
  }
}
