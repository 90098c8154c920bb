import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openForTests, shell } from './open.fixture.ts';

const sandbox = await openForTests('command-test', { node1: '127.0.0.11' });

test('exit status and streams come back', async () => {
  const result = await sandbox.command(shell('echo out; echo err >&2; exit 7'));
  expect(result).toMatchObject({
    cause: 'exit',
    exit: 7,
    held: false,
    stdout: { text: 'out\n' },
    stderr: { text: 'err\n' },
  });
});

test('a signal is 128 and its number; a missing program 127; one that is no program 126', async () => {
  expect((await sandbox.command(shell('kill -TERM $$'))).exit).toBe(143);
  expect((await sandbox.command({ ...shell(''), argv: ['absent'] })).exit).toBe(127);
  expect((await sandbox.command({ ...shell(''), argv: ['/etc/hosts'] })).exit).toBe(126);
  expect((await sandbox.command({ ...shell('true'), cwd: '/absent' })).exit).toBe(126);
});

test('every argument arrives as it was given, and so does the input', async () => {
  const word = fc.string({
    unit: fc.constantFrom('a', ' ', "'", '"', '\\', '$x', '`id`', '\n', '\t', '*', '-', '😀', '\u001b'),
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 5 }), word, async (words, stdin) => {
      const argv = ['/usr/bin/perl', '-e', 'print map("$_\\0", @ARGV), <STDIN>', '--', ...words];
      const { stdout } = await sandbox.command({ ...shell(''), argv, stdin });
      expect(stdout.text).toBe(words.map((one) => `${one}\0`).join('') + stdin);
    }),
    { numRuns: 40 },
  );
});

test('the environment holds what is given and little else', async () => {
  const { stdout } = await sandbox.command({ ...shell('env'), env: { ONE: "it's\ntwo" } });
  const names = stdout.text.match(/^[A-Z]+(?==)/gm)?.toSorted();
  expect(names).toEqual(['HOME', 'LANG', 'LOGNAME', 'ONE', 'PATH', 'PWD', 'TERM', 'TMPDIR', 'USER']);
  expect(stdout.text).toContain("ONE=it's\ntwo\n");
});

test('lines are told as they come', async () => {
  const lines: string[] = [];
  await sandbox.command({
    ...shell('echo one; echo two >&2; printf three'),
    onOutput: (stream, text) => lines.push(`${stream} ${text}`),
  });
  expect(lines.toSorted()).toEqual(['stderr two', 'stdout one', 'stdout three']);
});

test('a daemon lives on for the next command, and an isolated one does not see it', async () => {
  const daemon = await sandbox.command(shell('setsid sleep 300 & echo $! >/run/pid'));
  expect(daemon).toMatchObject({ exit: 0, held: true });
  expect((await sandbox.command(shell('kill -0 $(cat /run/pid)'))).exit).toBe(0);
  expect((await sandbox.command({ ...shell('ls /proc/$(cat /run/pid)'), isolated: true })).exit).not.toBe(0);
  expect((await sandbox.command(shell('kill $(cat /run/pid)'))).exit).toBe(0);
});

test('the run has a name, hosts and loopback only', async () => {
  const { stdout } = await sandbox.command(
    shell('uname -n; cat /etc/duovir-run; getent hosts node1; id -u; ls /sys/class/net 2>&1 | wc -l'),
  );
  expect(stdout.text).toMatch(/^command-test\ncommand-test\/1\n127\.0\.0\.11 +node1\n1000\n/);
  expect((await sandbox.command(shell('cat /proc/net/dev | tail -n +3 | cut -d: -f1'))).stdout.text.trim()).toBe('lo');
});

test('what could be misread is refused without repeating it', async () => {
  const refused = { code: 'argument-invalid' };
  await expect(sandbox.command({ ...shell(''), argv: [] })).rejects.toMatchObject(refused);
  await expect(sandbox.command({ ...shell(''), argv: ['a\0b'] })).rejects.toMatchObject(refused);
  await expect(sandbox.command({ ...shell(''), cwd: 'relative' })).rejects.toMatchObject(refused);
  await expect(sandbox.command({ ...shell(''), env: { 'A=B': 'c' } })).rejects.toMatchObject(refused);
  const secret = sandbox.command({ ...shell(''), env: { A: 'secret\0' } });
  await expect(secret).rejects.not.toThrow(/secret/);
});
