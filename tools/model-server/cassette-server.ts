import { CassetteQuestion, Cassettes, type Recording } from './cassette.ts';
import type { Delivery } from './delivery.ts';
import { formatOf } from './format/formats.ts';
import type { ReceivedRequest } from './received-request.ts';
import { listen, type ModelServer, type ServerOptions } from './server.ts';

interface CassetteOptions extends ServerOptions {
  readonly folder: string;
  /** Base address of the server whose answers are recorded. Without it recorded answers are given, and nothing else is. */
  readonly upstream?: string;
}

/** Gives recorded answers, or passes questions on and records what comes back. */
export async function startCassetteServer(options: CassetteOptions): Promise<ModelServer> {
  const cassettes = new Cassettes(options.folder);
  return listen(async (received) => {
    const path = new URL(received.path, 'http://model').pathname;
    try {
      const asked = new CassetteQuestion(path, received.body);
      if (options.upstream === undefined) return played(await cassettes.replay(asked));
      const answer = await passedOn(received, options.upstream);
      // Only answers are worth keeping: a limit that was reached once would be reached for ever.
      if (answer.status === 200) await cassettes.record(asked, answer);
      return played(answer);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const problem = formatOf(path)?.problem(500, message) ?? { error: { message } };
      return played({ status: 500, contentType: 'application/json', body: JSON.stringify(problem) });
    }
  }, options);
}

/** Hop by hop, or of the body as it is sent anew. */
const OWN_HEADERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding']);

async function passedOn(received: ReceivedRequest, upstream: string): Promise<Omit<Recording, 'question'>> {
  const headers = Object.entries(received.headers).flatMap(([name, value]): [string, string][] =>
    OWN_HEADERS.has(name) || value === undefined ? [] : [[name, String(value)]],
  );
  const body = new Uint8Array(received.body);
  const response = await fetch(new URL(received.path, upstream), { method: received.method, headers, body });
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? 'application/json',
    body: await response.text(),
  };
}

function played({ status, contentType, body }: Omit<Recording, 'question'>): Delivery {
  const headers = { 'content-type': contentType };
  return { status, headers, pieces: [body], filler: ' ', pace: undefined, cut: undefined };
}
