import { afterAll, expect, test } from 'vitest';
import { attestRequestSchema, digestOf, openStatement, type AttestAnswer, type SandboxHandle } from '@duovir/protocol';
import { bind, issue, send } from '../restoration/opened.fixture.ts';
import { openForTests } from '../sandbox/open.fixture.ts';
import { openAttestor } from './attestor.fixture.ts';

const RUN = 'run-attestattestattestat';
const { attestor, principal, remove } = await openAttestor();
afterAll(remove);
const sandbox = await openForTests(RUN);
const handle: SandboxHandle = {
  run: RUN,
  generation: 1,
  pid: sandbox.holder.pid,
  startTime: String(sandbox.holder.startTime),
};

/** About what is there before anything is decided, unless told otherwise. */
function attest(request: object): Promise<AttestAnswer> {
  return attestor.attest(
    attestRequestSchema.parse({
      run: RUN,
      subject: digestOf('plan'),
      about: 'target',
      step: null,
      attempt: 1,
      probes: [],
      sandbox: handle,
      baseline: null,
      grounds: null,
      author: null,
      placeholders: [],
      restorations: [],
      ...request,
    }),
  );
}

const absent = (path: string) => ({ id: 'absent', action: 'file.probe@1', with: { path }, expect: { exists: false } });

test('what an undo has left behind is named', async () => {
  await sandbox.writeFile('/workspace/kept', 'one', 0o600);
  const baseline = await attest({ about: 'baseline' });
  expect(baseline).toMatchObject({ outcome: 'succeeded', differences: [] });
  const restored = () => attest({ about: 'restored', baseline: baseline.fingerprint });
  await sandbox.writeFile('/workspace/kept', 'two', 0o644);
  await sandbox.writeFile('/workspace/new', '', 0o600);
  const service = await sandbox.startService({ name: 'left', argv: ['/usr/bin/sleep', '61'], outputCapBytes: 1000 });
  // What opens the sandbox is there a moment before the program is.
  await expect.poll(restored).toMatchObject({
    outcome: 'failed',
    differences: [
      'new process: /usr/bin/sleep 61',
      '/workspace/kept had mode 0600 and has 0644',
      '/workspace/kept has other content',
      'new file: /workspace/new',
    ],
  });
  await service.stop('SIGTERM', 1000);
  await sandbox.removePath('/workspace/new');
  await sandbox.writeFile('/workspace/kept', 'one', 0o600);
  const whole = { outcome: 'succeeded', fingerprint: baseline.fingerprint, differences: [] };
  expect(await restored()).toMatchObject(whole);
  // A server that was away when the answer came asks once more (Invariant 11).
  expect(await restored()).toMatchObject(whole);
});

test('the baseline is the one from before the work, whatever the server asks for after it', async () => {
  const { fingerprint } = await attest({ about: 'baseline' });
  await sandbox.writeFile('/workspace/left', '', 0o600);
  expect(await attest({ about: 'baseline' })).toMatchObject({ outcome: 'succeeded', fingerprint });
  const seen = await attest({ about: 'restored', baseline: fingerprint });
  expect(seen).toMatchObject({ outcome: 'failed', differences: ['new file: /workspace/left'] });
  for (const baseline of [seen.fingerprint, digestOf('another'), null])
    expect(await attest({ about: 'restored', baseline })).toMatchObject({ outcome: 'unknown' });
  await sandbox.removePath('/workspace/left');
});

test('nobody can point the attestor to another sandbox than the run’s', async () => {
  const probe = absent('/workspace/nothing');
  const at = async (sandboxGiven: object | null, run = RUN) =>
    (await attest({ run, probes: [probe], sandbox: sandboxGiven })).outcome;
  expect(await at(handle)).toBe('succeeded');
  expect(await at({ ...handle, generation: 2 })).toBe('unknown');
  expect(await at({ ...handle, startTime: '1' })).toBe('unknown');
  expect(await at({ ...handle, pid: process.pid })).toBe('unknown');
  expect(await at(handle, 'run-bbbbbbbbbbbbbbbbbbbb')).toBe('unknown');
  expect(await at({ ...handle, run: 'run-bbbbbbbbbbbbbbbbbbbb' }, 'run-bbbbbbbbbbbbbbbbbbbb')).toBe('unknown');
  expect(await at(null)).toBe('unknown');
});

test('with the sandbox gone everything is restored; while one lives, nobody is believed who says it is gone', async () => {
  const gone = { about: 'restored', sandbox: null, baseline: digestOf('baseline') };
  expect(await attest({ ...gone, run: 'run-cccccccccccccccccccc' })).toMatchObject({ outcome: 'succeeded' });
  expect(await attest(gone)).toMatchObject({ outcome: 'failed' });
});

test('an attestation with another value than the one committed to is refused', async () => {
  const secret = issue('secret', 'correct-horse-battery-staple');
  const swapped = { ...send(secret), value: 'another' };
  await expect(attest({ placeholders: [bind(secret)], restorations: [swapped] })).rejects.toMatchObject({
    code: 'restoration-forged',
  });
  await expect(attest({ placeholders: [bind(secret)] })).rejects.toMatchObject({ code: 'restoration-missing' });
  await expect(attest({ restorations: [send(secret)] })).rejects.toMatchObject({ code: 'restoration-extra' });
});

test('Invariant 10, data is not instruction: without a carried plan no program is started for anybody', async () => {
  await sandbox.writeFile('/workspace/seen', '', 0o600);
  const program = { id: 'program', action: 'command.probe@1', with: { argv: ['/usr/bin/true'] }, expect: {} };
  const http = { id: 'http', action: 'http.probe@1', with: { url: 'http://127.0.0.1:7001/' }, expect: {} };
  for (const about of ['step', 'control', 'goal', 'reading', 'target', 'confirmation', 'finding'])
    for (const probe of [program, http])
      await expect(attest({ about, probes: [probe] })).rejects.toMatchObject({ code: 'grounds-missing' });
  for (const about of ['step', 'control', 'goal', 'reading', 'confirmation'])
    await expect(attest({ about })).rejects.toMatchObject({ code: 'grounds-missing' });
  for (const about of ['baseline', 'restored', 'finding'])
    await expect(attest({ about, probes: [absent('/workspace/seen')] })).rejects.toMatchObject({
      code: 'probe-foreign',
    });
});

test('the statement binds what was seen', async () => {
  const probe = absent('/workspace/nothing');
  const { attestation, observations } = await attest({ probes: [probe], attempt: 3, step: 'one' });
  const statement = openStatement(attestation, 'attestation', principal);
  expect(statement).toMatchObject({ run: RUN, subject: digestOf('plan') });
  expect(statement.predicate).toEqual({
    about: 'target',
    step: 'one',
    attempt: 3,
    fence: 1,
    outcome: 'succeeded',
    probes: [{ id: 'absent', outcome: 'succeeded', observed: digestOf(observations[0]?.observed) }],
  });
});
