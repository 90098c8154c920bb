import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { formatVkey, parseVkey } from '@duovir/ledger';
import { createKey, loadPublicKey, loadSigner, LOG_KEY, OFFICER, OWN_KEY, signTrustPolicy } from '@duovir/principal';
import type { TrustPolicy } from '@duovir/protocol';
import { freshDatabase } from '@duovir/server/fresh-database';
import { KeyedInstallation } from '../keys/installation.ts';

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

/** What `trust rotate server` and `trust sign` do, without a process for each. */
async function signRotation(name: string, ofLog: boolean): Promise<string> {
  const { state } = installation;
  const before = installation.trusted;
  const next = join(state.principal('server'), 'next');
  const { publicKey } = createKey(next, ofLog ? LOG_KEY : OWN_KEY);
  const { origin } = before.policy.log;
  const change = ofLog
    ? { log: { origin, vkey: formatVkey(origin, 'log', Buffer.from(publicKey, 'base64')) } }
    : { principals: before.policy.principals.map((one) => (one.role === 'server' ? { ...one, publicKey } : one)) };
  const decidedUntil = '2099-01-01T00:00:00.000Z';
  const supersedes = { digest: before.digest, decidedUntil };
  const policy = { ...before.policy, version: before.policy.version + 1, supersedes, ...change };
  const path = installation.path(`${name}.json`);
  writeFileSync(path, await signTrustPolicy(loadSigner(state.officer, OFFICER), policy));
  return path;
}

test(
  'kill -9 of server or command at any point of a rotation ends in the old keys or the new, and the ledger verifies',
  async () => {
    await apply(await signRotation('first', true));
    const tookMs = await tookOf(() => installation.run(['trust', 'show']));
    await restarted(2);
    for (const [round, pauseMs] of PAUSES_MS.entries()) {
      const before = installation.policy;
      const signed = await signRotation(`round-${round}`, round % 2 === 1);
      const command = installation.begin(['trust', 'apply', signed, '--yes', '--as', 'approver']);
      const ended = once(command, 'exit');
      // A command needs as long to start: what is interesting begins there.
      await Promise.race([ended, sleep(tookMs + pauseMs)]);
      await installation.kill('server');
      if (round % 3 === 2) command.kill('SIGKILL');
      await ended;
      await installation.ready();
      expect([before.version, before.version + 1]).toContain(installation.policy.version);
      // Whatever came of it, the same command brings it to its end.
      const starts = installation.starts.server;
      const isToBegin = installation.policy.version === before.version;
      await apply(signed);
      if (isToBegin) await restarted(starts + 1);
      const after = installation.policy;
      expect(after.version).toBe(before.version + 1);
      expect([keyOf(after, 'server'), logKeyOf(after)]).not.toEqual([keyOf(before, 'server'), logKeyOf(before)]);
      expect(readdirSync(join(installation.state.principal('server'), 'next'))).toEqual([]);
    }
    expect((await verify()).findings).toEqual([]);
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
