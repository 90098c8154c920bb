import { expect, test } from 'vitest';
import { openForTests, shell } from './open.fixture.ts';

const sandbox = await openForTests('files-test');

test('a file comes back as it was written, with its mode', async () => {
  const content = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
  await sandbox.writeFile("/workspace/new/it's a\nname", content, 0o640);
  expect(await sandbox.readFile("/workspace/new/it's a\nname", 100_000)).toEqual({ content, mode: 0o640 });
  await sandbox.writeFile('/run/empty', '', 0o600);
  expect(await sandbox.readFile('/run/empty', 10)).toEqual({ content: Buffer.alloc(0), mode: 0o600 });
});

test('a reader sees the old content or the new, never a part', async () => {
  const [old, fresh] = ['a', 'b'].map((letter) => letter.repeat(200_000));
  await sandbox.writeFile('/workspace/whole', old ?? '', 0o600);
  const watch = sandbox.command(shell('for i in $(seq 60); do md5sum </workspace/whole; done | sort -u'));
  for (let round = 0; round < 4; round += 1)
    await sandbox.writeFile('/workspace/whole', (round % 2 ? old : fresh) ?? '', 0o600);
  expect((await watch).stdout.text.trim().split('\n').length).toBeLessThanOrEqual(2);
  expect((await sandbox.command(shell('ls -A /workspace'))).stdout.text).not.toContain('duovir-part');
});

test('a link in the way is replaced or leads nowhere outside', async () => {
  await sandbox.command(
    shell('ln -s /etc/duovir-run /workspace/link; ln -s /etc /workspace/out; ln -s /etc/shadow /workspace/shadow'),
  );
  await sandbox.writeFile('/workspace/link', 'mine', 0o600);
  expect((await sandbox.command(shell('cat /etc/duovir-run'))).stdout.text).toBe('files-test/1\n');
  await expect(sandbox.writeFile('/workspace/out/file', 'x', 0o600)).rejects.toMatchObject({ code: 'infrastructure' });
  await expect(sandbox.readFile('/workspace/shadow', 1000)).rejects.toMatchObject({ code: 'file-missing' });
});

test('removing is thorough and may be repeated', async () => {
  await sandbox.command(shell('mkdir -p /tmp/tree/a/b; touch /tmp/tree/a/b/c'));
  await sandbox.removePath('/tmp/tree');
  await sandbox.removePath('/tmp/tree');
  expect((await sandbox.command(shell('ls /tmp'))).stdout.text).toBe('');
});

test('too large or absent is an error, not a part', async () => {
  await sandbox.writeFile('/workspace/large', 'x'.repeat(50_000), 0o600);
  await expect(sandbox.readFile('/workspace/large', 49_999)).rejects.toMatchObject({ code: 'file-too-large' });
  await expect(sandbox.readFile('/workspace/large', 10)).rejects.toMatchObject({ code: 'file-too-large' });
  await expect(sandbox.readFile('/workspace/absent', 10)).rejects.toMatchObject({ code: 'file-missing' });
  await expect(sandbox.readFile('/workspace', 10)).rejects.toMatchObject({ code: 'path-refused' });
});

test.each([
  '/etc/passwd',
  '/workspace',
  '/workspace/',
  '/workspace/../etc/x',
  '/workspace//x',
  'x',
  '/tmp/./x',
  '/tmpx',
  '/run/a\0b',
  '/workspace/a/',
])('path %j is refused', async (path) => {
  await expect(sandbox.writeFile(path, '', 0o600)).rejects.toMatchObject({ code: 'path-refused' });
  await expect(sandbox.removePath(path)).rejects.toMatchObject({ code: 'path-refused' });
});
