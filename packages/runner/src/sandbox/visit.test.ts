import { expect, test } from 'vitest';
import { openForTests, shell } from './open.fixture.ts';
import { enterSandbox } from './visit.ts';

const sandbox = await openForTests('visited');
const holder = { ...sandbox.holder, run: 'visited', generation: 1 };

test('a visitor sees services and files, and changes neither', async () => {
  await sandbox.writeFile('/workspace/kept', 'content', 0o640);
  const service = await sandbox.startService({ name: 'kept', argv: ['/bin/sleep', '600'], outputCapBytes: 100 });
  const visit = await enterSandbox(holder);
  expect(visit.inspect()).toEqual(sandbox.inspect());
  expect(visit.inspect().processes).toMatchObject([{ argv: ['/bin/sleep', '600'], service: 'kept' }]);
  expect((await visit.command(shell('cat /workspace/kept'))).stdout.text).toBe('content');
  const deeds = [
    '>/workspace/x',
    '>/run/x',
    '>/tmp/x',
    '>/dev/shm/x',
    'chmod 0 /workspace/kept',
    'rm -f /workspace/kept; test ! -e /workspace/kept',
    `pkill sleep`,
  ];
  for (const deed of deeds) expect([deed, (await visit.command(shell(deed))).exit]).not.toEqual([deed, 0]);
  visit.close();
  expect(service.alive).toBe(true);
  await service.stop('SIGTERM', 1000);
});

test('a snapshot is the same until something changes, and the same again when that is undone', async () => {
  const visit = await enterSandbox(holder);
  const before = await visit.snapshot();
  expect(await sandbox.snapshot()).toEqual(before);
  await sandbox.writeFile('/tmp/a\n=b\tc', 'x', 0o600);
  await sandbox.command(
    shell('ln -s "to  nowhere" /run/link; mkfifo /dev/shm/pipe; chmod 0 /tmp/a*; mkdir -m 0 /workspace/shut'),
  );
  const after = await visit.snapshot();
  const added = after.files.filter(({ path }) => !before.files.some((file) => file.path === path));
  expect(added).toEqual([
    { path: '/dev/shm/pipe', kind: 'pipe', mode: '0644', size: 0, sha256: null },
    { path: '/run/link', kind: 'link', mode: '0777', size: 0, sha256: null, target: 'to  nowhere' },
    { path: '/tmp/a\n=b\tc', kind: 'file', mode: '0000', size: 1, sha256: null },
    { path: '/workspace/shut', kind: 'directory', mode: '0000', size: 0, sha256: null },
  ]);
  await sandbox.command(shell('rm -rf /tmp/a* /run/link /dev/shm/pipe /workspace/shut'));
  expect(await visit.snapshot()).toEqual(before);
  visit.close();
});

test('another process, run or generation is refused', async () => {
  const mismatch = { code: 'sandbox-mismatch' };
  await expect(enterSandbox({ ...holder, run: 'other' })).rejects.toMatchObject(mismatch);
  await expect(enterSandbox({ ...holder, generation: 2 })).rejects.toMatchObject(mismatch);
  await expect(enterSandbox({ ...holder, startTime: holder.startTime + 1 })).rejects.toMatchObject({
    code: 'sandbox-lost',
  });
});
