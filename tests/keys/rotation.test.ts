import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { parseVkey } from '@duovir/ledger';
import { loadPublicKey, LOG_KEY } from '@duovir/principal';
import type { TrustPolicy } from '@duovir/protocol';
import { freshDatabase } from '@duovir/server/fresh-database';
import { KeyedInstallation } from './installation.ts';

const MANY_MINUTES = 900_000;
/** After the start of a command: before it asks, while the server works, and after it has answered. */
const PAUSES_MS = [-100, 0, 40, 90, 150, 400];

let installation: KeyedInstallation;
beforeEach(async () => {
  installation = await KeyedInstallation.make(await freshDatabase(inject('postgres')));
  await installation.up();
});
afterEach(() => installation.close());

const keyOf = ({ principals }: TrustPolicy, name: string): string | undefined =>
  principals.find((one) => one.name === name)?.publicKey;
const logKeyOf = ({ log }: TrustPolicy): string => parseVkey(log.vkey).rawKey.toString('base64');

async function apply(signed: string): Promise<string> {
  return installation.expect(['trust', 'apply', signed, '--yes', '--as', 'approver']);
}

/** Takes the whole ledger from the server, and looks at it as an auditor would. */
async function verify(): Promise<{ readonly ok: boolean; readonly size: number; readonly findings: unknown[] }> {
  await installation.ready();
  const { said } = await installation.run(['ledger', 'verify', '--json']);
  return JSON.parse(said.split('\n')[0] ?? '') as { ok: boolean; size: number; findings: unknown[] };
}

async function tookOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function restarted(count: number): Promise<void> {
  await expect.poll(() => installation.starts.server, { timeout: 60_000 }).toBeGreaterThanOrEqual(count);
  await installation.ready();
}

test(
  'the server gets another key, then the log one of its own, then the witness another; the ledger is one and verifies',
  async () => {
    const { server } = { server: installation.state.principal('server') };
    const first = installation.policy;
    await apply(await installation.sign('server', ['rotate', 'server']));
    // By itself: nobody has to remember to.
    await restarted(2);
    const second = installation.policy;
    expect(keyOf(second, 'server')).not.toBe(keyOf(first, 'server'));
    expect([loadPublicKey(server), logKeyOf(second)]).toEqual([keyOf(second, 'server'), keyOf(second, 'server')]);
    expect(readdirSync(join(server, 'previous'))).toHaveLength(1);
    expect(await verify()).toMatchObject({ ok: true, findings: [] });

    await apply(await installation.sign('log', ['rotate', 'server', '--log']));
    await restarted(3);
    const third = installation.policy;
    expect([keyOf(third, 'server'), logKeyOf(third)]).toEqual([loadPublicKey(server), loadPublicKey(server, LOG_KEY)]);
    expect(await verify()).toMatchObject({ ok: true, findings: [] });

    await apply(await installation.sign('witness', ['rotate', 'witness']));
    await installation.down();
    await installation.up();
    expect(keyOf(installation.policy, 'witness')).toBe(loadPublicKey(installation.state.principal('witness')));
    expect(await verify()).toMatchObject({ ok: true, findings: [] });
  },
  MANY_MINUTES,
);

test(
  'kill -9 of server or command at any point of a rotation ends in the old keys or the new, and the ledger verifies',
  async () => {
    await apply(await installation.sign('first', ['rotate', 'server']));
    const tookMs = await tookOf(() => installation.run(['trust', 'show']));
    await restarted(2);
    for (const [round, pauseMs] of PAUSES_MS.entries()) {
      const before = installation.policy;
      const signed = await installation.sign(`round-${round}`, [
        'rotate',
        'server',
        ...(round % 2 === 0 ? [] : ['--log']),
      ]);
      const command = installation.begin(['trust', 'apply', signed, '--yes', '--as', 'approver']);
      const ended = once(command, 'exit');
      // A command needs as long to start: what is interesting begins there.
      await Promise.race([ended, sleep(tookMs + pauseMs)]);
      await installation.kill('server');
      if (round % 3 === 2) command.kill('SIGKILL');
      await ended;
      await installation.ready();
      const { policy } = installation;
      expect([before.version, before.version + 1]).toContain(policy.version);
      expect((await verify()).findings).toEqual([]);
      // Whatever came of it, the same command brings it to its end.
      if (policy.version === before.version) {
        const starts = installation.starts.server;
        await apply(signed);
        await restarted(starts + 1);
      }
      const { policy: after } = installation;
      expect(after.version).toBe(before.version + 1);
      expect([keyOf(after, 'server'), logKeyOf(after)]).not.toEqual([keyOf(before, 'server'), logKeyOf(before)]);
      expect((await verify()).findings).toEqual([]);
      await installation.run(['trust', 'apply', signed, '--yes', '--as', 'approver']);
    }
  },
  MANY_MINUTES,
);

test(
  'a policy whose key is not here is refused, and the old keys go on',
  async () => {
    const signed = await installation.sign('lost', ['rotate', 'server']);
    const next = join(installation.state.principal('server'), 'next');
    cpSync(next, installation.path('elsewhere'), { recursive: true });
    rmSync(next, { recursive: true });
    const { code, said } = await installation.run(['trust', 'apply', signed, '--yes', '--as', 'approver']);
    expect([code, said]).toEqual([4, expect.stringContaining('None of the keys')]);
    expect(installation.policy.version).toBe(1);
    expect((await verify()).findings).toEqual([]);
    // Found again, it is taken.
    cpSync(installation.path('elsewhere'), next, { recursive: true });
    await apply(signed);
    await restarted(2);
    expect(installation.policy.version).toBe(2);
    expect(readFileSync(join(installation.state.root, 'trust', 'history', '2.json'), 'utf8')).toContain('payload');
  },
  MANY_MINUTES,
);
