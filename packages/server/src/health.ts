import * as z from 'zod';
import type { UnixClient } from '@duovir/principal';
import type { Health } from '@duovir/protocol';
import type { PostgresLog, Publisher } from '@duovir/ledger';
import type { Heartbeat } from './ledger/heartbeat.ts';
import { assertGlassWhole, assertNotStopped } from './emergency/alarms.ts';
import type { EmergencyParts } from './emergency/parts.ts';
import { ServerError } from './error.ts';
import type { Database } from './store/database.ts';

const VERSION = '0.1.0';
const PATIENCE_MS = 1000;

interface Parts extends Pick<EmergencyParts, 'stops' | 'grants' | 'trust' | 'clock'> {
  readonly database: Database;
  readonly log: PostgresLog;
  readonly heartbeat: Heartbeat;
  readonly publisher: Publisher;
  readonly clients: ReadonlyMap<string, UnixClient>;
}

/** Asks every part whether it is there. A part that does not answer within a second is not. */
export async function healthOf({ database, log, heartbeat, publisher, clients, ...emergency }: Parts): Promise<Health> {
  const parts = Object.fromEntries(
    await Promise.all([
      part('database', () => database.query('select 1')),
      part('ledger', async () => {
        const { size, cosignedSize } = log.status();
        if (cosignedSize < size) await log.cosignedCheckpoint();
      }),
      part('publication', async () => assertPublishing(publisher)),
      part('heartbeat', async () => heartbeat.assertBeating()),
      part('stop', () => assertNotStopped(emergency)),
      part('break-glass', () => assertGlassWhole(emergency)),
      ...[...clients].map(([name, client]) =>
        part(name, () => client.call({ path: '/v1/health', timeoutMs: PATIENCE_MS }, z.unknown())),
      ),
    ]),
  );
  const isReady = Object.values(parts).every(({ ok }) => ok);
  const { size, behind } = publisher.status();
  return { status: isReady ? 'ready' : 'degraded', version: VERSION, parts, published: { size, behind } };
}

function assertPublishing(publisher: Publisher): void {
  const { error } = publisher.status();
  if (error !== undefined) throw new ServerError('publication-failed', error);
}

async function part(name: string, ask: () => Promise<unknown>): Promise<[string, Health['parts'][string]]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), PATIENCE_MS);
  });
  try {
    await Promise.race([ask(), late]);
    return [name, { ok: true, message: 'up' }];
  } catch (error) {
    return [name, { ok: false, message: error instanceof Error ? error.message : 'down' }];
  } finally {
    clearTimeout(timer);
  }
}
