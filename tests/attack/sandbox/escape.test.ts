import { afterAll, beforeAll, expect, test } from 'vitest';
import { allowed, attackOurs, attackPlain } from './attack.ts';
import { reachable } from './ordinary-user.ts';
import { layCanaries, type Outside } from './outside.ts';

const ORDINARY = 12_345;
const root = process.getuid?.() === 0;

/** Harmless, and why. */
const ACCEPTED = new Set([
  'make a symbolic link to /etc/shadow', // it resolves inside, and the host never follows links of a sandbox
  'list the descriptors of PID 1', // numbers only: none of them can be opened
  'switch off address randomisation', // weakens only the process that asks
  'ask for the Landlock version', // a number that says what the kernel can do
]);
/** In a process id namespace of its own, PID 1 is the command's own bubblewrap: as confined and as poor as itself. */
const OWN_FIRST_PROCESS = new Set([
  'open the memory of PID 1',
  'walk through the root of PID 1',
  'open a descriptor of PID 1',
]);

let outside: Outside;
beforeAll(async () => {
  outside = await layCanaries(root ? ORDINARY : (process.getuid?.() ?? 0));
});
afterAll(() => outside.close());

test('Invariant 4, exact bytes: no attempt leaves the sandbox of a run', async () => {
  const verdicts = await attackOurs('shared', outside);
  expect(verdicts.size).toBeGreaterThanOrEqual(82);
  expect(allowed(verdicts).filter((name) => !ACCEPTED.has(name))).toEqual([]);
});

test('Invariant 4, exact bytes: no attempt leaves an isolated command', async () => {
  const verdicts = await attackOurs('isolated', outside);
  const accepted = ACCEPTED.union(OWN_FIRST_PROCESS);
  expect(verdicts.size).toBeGreaterThanOrEqual(82);
  expect(allowed(verdicts).filter((name) => !accepted.has(name))).toEqual([]);
});

test('Invariant 4, exact bytes: no attempt leaves a visit, or changes the sandbox from one', async () => {
  const verdicts = await attackOurs('visit', outside);
  const accepted = ACCEPTED.union(OWN_FIRST_PROCESS).difference(new Set(['make a symbolic link to /etc/shadow']));
  expect(verdicts.size).toBeGreaterThanOrEqual(82);
  expect(allowed(verdicts).filter((name) => !accepted.has(name))).toEqual([]);
});

test.runIf(reachable(import.meta.filename))(
  'Invariant 4, exact bytes: no attempt leaves a sandbox that an ordinary user opened',
  async () => {
    const verdicts = await attackOurs('shared', outside, ORDINARY);
    expect(verdicts.size).toBeGreaterThanOrEqual(82);
    expect(allowed(verdicts).filter((name) => !ACCEPTED.has(name))).toEqual([]);
  },
);

test('the attempts are real: a plain bubblewrap lets many of them through', async () => {
  const verdicts = await attackPlain(outside, root ? ORDINARY : undefined);
  expect(allowed(verdicts)).toEqual(
    expect.arrayContaining([
      'list /home',
      'read a file of the same user outside',
      'connect to a socket file of the host',
      'see secrets of the orchestrator in the environment',
      'use leaked descriptors',
      'read a key of the orchestrator',
      'make a user namespace',
      'set up io_uring',
      'open AF_VSOCK',
      'create a file in /dev',
      'trace PID 1',
    ]),
  );
});

test.runIf(root)('as root a plain bubblewrap gives the machine away, which is why uid 0 is refused', async () => {
  const verdicts = await attackPlain(outside);
  expect(allowed(verdicts)).toEqual(expect.arrayContaining(['read /etc/shadow', 'list /root', 'write core_pattern']));
});
