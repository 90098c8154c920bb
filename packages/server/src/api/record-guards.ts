import * as z from 'zod';
import { runIdSchema } from '@duovir/protocol';
import { auditedAt } from '../audit/audited-path.ts';
import { originOf } from '../audit/origin.ts';
import { refusalReason } from '../audit/refused-access.ts';
import type { ApiContext, Endpoint } from './endpoint.ts';
import type { Api } from './ports.ts';

/** Who reads the record is on record himself, before the first byte is shown. */
export function guardReading({ auditReads }: Api): (context: ApiContext, endpoint: Endpoint) => Promise<void> {
  return async (context, { path, access }) => {
    const what = auditedAt(path);
    if (what === undefined || access === 'public') return;
    const { person } = context.get('caller');
    await auditReads.before({ person, what, run: await namedRun(context), origin: origin(context) });
  };
}

/** Whoever is turned away is counted. The token and the path are nobody's business. */
export function noteRefusal({ refusals }: Api, context: ApiContext, error: unknown): void {
  const reason = refusalReason(error);
  if (reason === undefined) return;
  // Who is nobody asks for nothing in particular: a stranger makes one entry a minute, whatever he tries.
  const person = context.get('caller')?.person ?? null;
  const action = person === null ? null : (context.get('asked') ?? null);
  refusals.note({ person, action, reason, origin: origin(context) });
}

const named = z.object({ run: runIdSchema });

/** The run that is asked about, unless it does not exist for whoever asks. */
async function namedRun(context: ApiContext): Promise<string | null> {
  const { data } = named.safeParse({ run: context.req.param('run') ?? context.req.query('run') });
  return data !== undefined && (await context.get('reader').mayRead(data.run)) ? data.run : null;
}

function origin({ env }: ApiContext): ReturnType<typeof originOf> {
  return originOf(env.incoming.socket.remoteAddress);
}
