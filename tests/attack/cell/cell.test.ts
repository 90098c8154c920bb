import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { asUser, Installation, type Status } from './installation.ts';

const isRoot = process.getuid?.() === 0;
const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const PROBE = readFileSync(new URL('./probe.ts', import.meta.url), 'utf8');
const CALLS = readFileSync(new URL('./calls.pl', import.meta.url), 'utf8');
const AGENTS = ['planner', 'healer', 'reviewer-security', 'reviewer-reliability'];
const CONFINED = [...AGENTS, 'witness'];
/** Has a name, which PostgreSQL wants of whoever calls it, and owns nothing. */
const NOBODY = 65_534;

/** Where all have one user, the first process in a cell is bubblewrap's own: as confined and as poor as the program. */
const OWN_FIRST_PROCESS = new Set([
  'read /proc/1/environ',
  'open the memory of the first process for writing',
  'walk through the root of the first process',
]);
const REFUSED = /^E[A-Z_]+$/;

const answerSchema = z.strictObject({
  outcomes: z.record(z.string(), z.string()),
  listings: z.record(z.string(), z.array(z.string())),
  processes: z.array(z.string()),
  status: z.string(),
  environment: z.array(z.string()),
  ownKey: z.string(),
  gateway: z.string(),
});

/** Whether that user can walk to the program; a checkout in the home of root is closed to him. */
function canReach(uid: number): boolean {
  const [file, ...rest] = [...asUser(uid), 'test', '-r', join(REPOSITORY, 'package.json')];
  return spawnSync(file, rest).status === 0;
}

const users = isRoot && canReach(NOBODY) ? [undefined, NOBODY] : [undefined];

describe.each(users.map((uid) => ({ uid, who: uid === undefined ? userInfo().username : `user ${uid}` })))(
  'in the cells of $who',
  ({ uid }) => {
    const installation = new Installation(uid);
    const { state } = installation;
    const name = '\0duovir-cell-canary';
    const listener = createServer();
    let status: Status;
    let answer: z.infer<typeof answerSchema>;

    beforeAll(async () => {
      await installation.duovir('up', '--port', '0');
      status = await installation.status();
      await once(listener.listen({ path: `${name}-${process.pid}` }), 'listening');
      const { words, node } = installation.cellOf(status, 'planner');
      const program = [node, '--input-type=module-typescript', '-e', PROBE, JSON.stringify(targets())];
      answer = answerSchema.parse(JSON.parse(await installation.within(words, program)));
    }, 120_000);

    afterAll(async () => {
      listener.close();
      await installation.close();
    }, 60_000);

    const others = (): string[] => readdirSync(join(state.root, 'principals')).filter((one) => one !== 'planner');

    function targets(): object {
      const people = readdirSync(join(state.root, 'people'));
      const { port } = new URL(status.url);
      const database = z
        .object({ url: z.string() })
        .parse(JSON.parse(readFileSync(join(state.sockets, 'postgres.json'), 'utf8')));
      const databaseFolder = new URL(database.url).searchParams.get('host') ?? '';
      expect(existsSync(databaseFolder)).toBe(true);
      return {
        read: [
          ...others().map((other) => join(state.principal(other), 'key.pem')),
          join(state.officer, 'key.pem'),
          ...people.flatMap((person) => ['key.pem', 'token'].map((file) => join(state.person(person), file))),
          join(state.principal('server'), 'tokens.json'),
          join(state.root, 'server.json'),
          join(state.log, 'server.log'),
          join(state.sockets, 'postgres.json'),
          join(REPOSITORY, 'package.json'),
          join(REPOSITORY, 'packages/server/src/main.ts'),
          join(REPOSITORY, 'packages/runner/src/runner-process.ts'),
          '/etc/passwd',
          '/etc/hostname',
          '/etc/resolv.conf',
          '/bin/sh',
          '/usr/bin/env',
          '/proc/1/environ',
          '/sys/kernel/uevent_seqnum',
          '/dev/shm',
          '/dev/tty',
        ],
        write: [
          join(state.principal('planner'), 'key.pem'),
          join(state.principal('planner'), 'officer.pem'),
          state.trustPolicy,
          state.socket('gateway'),
          join(REPOSITORY, 'packages/agents/src/main.ts'),
          join(REPOSITORY, 'packages/protocol/package.json'),
          realpathSync(process.execPath),
          '/lib64/new',
          '/tmp/new',
          '/new',
        ],
        list: ['/', state.root, join(state.root, 'principals'), state.sockets, state.principal('planner')],
        call: [
          ...readdirSync(state.sockets, { withFileTypes: true })
            .filter((entry) => entry.isDirectory() && !['planner', 'gateway'].includes(entry.name))
            .map((entry) => state.socket(entry.name)),
          join(databaseFolder, '.s.PGSQL.5432'),
          `${name}-${process.pid}`,
          '/run/docker.sock',
          '/run/dbus/system_bus_socket',
        ],
        reach: [
          { host: '127.0.0.1', port: Number(port) },
          { host: '127.0.0.1', port: 5432 },
          { host: '::1', port: Number(port) },
          { host: '192.0.2.1', port: 443 },
          { host: '2001:db8::1', port: 443 },
          { host: '169.254.169.254', port: 80 },
        ],
        kill: [status.pid, ...status.processes.map(({ pid }) => pid)],
        ownKey: join(state.principal('planner'), 'key.pem'),
        memory: state.memory('planner'),
        gateway: state.socket('gateway'),
      };
    }

    test('what an agent is there for works: it reads its own key and reaches the gateway', () => {
      expect(answer.ownKey).toMatch(/^-----BEGIN PRIVATE KEY-----$/);
      expect(JSON.parse(answer.gateway)).toEqual({ ok: true });
      expect(status.cells).toBe(isRoot && uid === undefined ? 'own-uids' : 'one-uid');
    });

    test('every attempt to read, write, call, reach or signal anything else fails', () => {
      expect(Object.keys(answer.outcomes).length).toBeGreaterThan(100);
      const allowed = Object.entries(answer.outcomes).filter(([, outcome]) => !REFUSED.test(outcome));
      const acceptable = status.cells === 'one-uid' ? OWN_FIRST_PROCESS : new Set();
      expect(allowed.filter(([attempt]) => !acceptable.has(attempt))).toEqual([]);
    });

    test('keys and sockets of others are not there at all, and no process is', () => {
      for (const [attempt, outcome] of Object.entries(answer.outcomes)) {
        if (/^(?:read|call) .*\/(?:principals|people|officer|run)\//.test(attempt))
          expect(outcome, attempt).toBe('ENOENT');
        if (attempt.startsWith('signal')) expect(outcome, attempt).toBe('ESRCH');
        if (attempt.startsWith('reach')) expect(outcome, attempt).toMatch(/^ENETUNREACH|ECONNREFUSED|EADDRNOTAVAIL$/);
      }
    });

    test('the state directory shows one key, two sockets and the trust policy', () => {
      const { listings } = answer;
      // Compiled sources lie in `cache` where the program belongs to another user.
      expect(listings[state.root]?.filter((entry) => entry !== 'cache')).toEqual(['principals', 'run', 'trust']);
      expect(listings[join(state.root, 'principals')]).toEqual(['planner']);
      expect(listings[state.sockets]).toEqual(['gateway', 'planner']);
      expect(listings[state.principal('planner')]).toEqual(['key.pem', 'memory', 'officer.pem', 'public.pem']);
      for (const folder of ['bin', 'etc', 'home', 'root', 'run', 'sys', 'var'])
        expect(listings['/']).not.toContain(folder);
    });

    test('it has no capability, may gain none, and its environment tells nothing', () => {
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
        expect(answer.status).toMatch(new RegExp(`^${set}:\\s+0+$`, 'm'));
      expect(answer.status).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(answer.status).toMatch(/^Seccomp:\s+2$/m);
      expect(answer.environment.toSorted()).toEqual(['LANG', 'NODE_COMPILE_CACHE', 'PWD']);
      expect(answer.processes.length).toBeLessThanOrEqual(2);
    });

    test.skipIf(!existsSync('/usr/bin/perl'))(
      'no system call takes it further, even with a tool to make them',
      async () => {
        const [bubblewrap = '', ...rest] = installation.cellOf(status, 'planner').words;
        const shown = ['--perms', '0755', '--dir', '/usr', '--ro-bind', '/usr', '/usr'];
        const said = await installation.within([bubblewrap, ...shown, ...rest], ['/usr/bin/perl', '-e', CALLS]);
        const outcomes = said
          .trim()
          .split('\n')
          .map((line) => line.split('\t'));
        expect(outcomes.length).toBe(23);
        expect(outcomes.filter(([, outcome]) => !REFUSED.test(outcome ?? ''))).toEqual([]);
      },
    );

    test('no descriptor that we had open reaches a cell', () => {
      for (const { name: principal, pid } of status.processes.filter((one) => CONFINED.includes(one.name))) {
        const program = programOf(pid);
        const open = readdirSync(`/proc/${program}/fd`).map((one) => readlinkSync(`/proc/${program}/fd/${one}`));
        const ours = open.filter(
          (target) =>
            !/^(?:pipe|socket|anon_inode):|^\/dev\/null$/.test(target) &&
            !target.startsWith(state.principal(principal)),
        );
        expect(ours, principal).toEqual([]);
      }
    });

    test.skipIf(!isRoot || uid !== undefined)('each has a user of its own, who reads his own key and no other', () => {
      const uids = new Map(
        status.processes
          .filter((one) => CONFINED.includes(one.name))
          .map(({ name: principal, pid }) => [principal, statSync(`/proc/${programOf(pid)}`).uid]),
      );
      expect(new Set(uids.values()).size).toBe(CONFINED.length);
      for (const [principal, own] of uids) {
        expect(own, principal).toBeGreaterThan(60_000);
        const key = statSync(join(state.principal(principal), 'key.pem'));
        expect([key.uid, key.mode & 0o777]).toEqual([own, 0o600]);
        // Outside of any cell, and already within the folder: nothing but the owner of the key stands in the way.
        for (const [other] of uids)
          expect(readsKeyIn(state.principal(other), own), `${principal} of ${other}`).toBe(other === principal);
        for (const other of ['server', 'runner', 'attestor'])
          expect(readsKeyIn(state.principal(other), own)).toBe(false);
      }
    });
  },
);

/** The last one below bubblewrap: the monitor outside and the first process inside are its own. */
function programOf(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return child ? programOf(Number(child)) : pid;
}

function readsKeyIn(folder: string, uid: number): boolean {
  const [file, ...rest] = [...asUser(uid), 'cat', 'key.pem'];
  return spawnSync(file, rest, { cwd: folder }).status === 0;
}
