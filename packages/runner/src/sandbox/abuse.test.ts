import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_LIMITS, type SandboxLimits } from './limits.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';
import { afterEach, expect, test } from 'vitest';

const MEBIBYTE = 1024 * 1024;

const open: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

async function opened(limits: Partial<SandboxLimits> = {}): Promise<Sandbox> {
  const sandbox = await openSandbox({
    run: 'abuse',
    generation: 1,
    hosts: {},
    limits: { ...DEFAULT_LIMITS, ...limits },
  });
  open.push(sandbox);
  return sandbox;
}

const shell = (script: string, timeoutMs = 20_000) => ({
  argv: ['/bin/sh', '-c', script],
  timeoutMs,
  outputCapBytes: 100_000,
});
const perl = (script: string, timeoutMs = 20_000) => ({
  argv: ['/usr/bin/perl', '-e', script],
  timeoutMs,
  outputCapBytes: 100_000,
});

/** Prints what it can open of other processes. */
const SPY = `for my $pid (map { m{/proc/(\\d+)} } glob '/proc/[0-9]*') {
      for my $file (qw(environ mem maps stack syscall root/ cwd/ exe)) {
        next if $pid == $$ or not (-d "/proc/$pid/$file" ? opendir(my $d, "/proc/$pid/$file") : open(my $f, '<', "/proc/$pid/$file"));
        print "$pid $file\\n" unless $file =~ /^(maps|stack|syscall)$/ and not defined readline $f;
      }
    }`;

test('a fork bomb is bounded, and the sandbox is of use again after it', async () => {
  const sandbox = await opened({ processes: 100 });
  const bomb = await sandbox.command(perl('$SIG{CHLD} = "IGNORE"; while (1) { fork }', 1500));
  expect(bomb.cause).toBe('timeout');
  expect(bomb.elapsedMs).toBeLessThan(10_000);
  expect(sandbox.inspect().processes).toEqual([]);
  expect(await sandbox.command(shell('echo well'))).toMatchObject({
    cause: 'exit',
    exit: 0,
    stdout: { text: 'well\n' },
  });
});

test('a memory bomb is killed, alone or divided among processes', async () => {
  const sandbox = await opened({ memoryBytes: 128 * MEBIBYTE });
  const hog = 'my @all; push @all, "x" x 5_000_000 while @all < $ARGV[0]; sleep 600';
  const alone = await sandbox.command({ ...perl(hog), argv: ['/usr/bin/perl', '-e', hog, '1000'] });
  // Without control groups the process meets its own rlimit, and says so itself.
  if (sandbox.limitedBy === 'rlimits') expect(alone.exit).not.toBe(0);
  else expect(alone).toMatchObject({ cause: 'out-of-memory', exit: 137 });

  const divided = `perl -e '${hog}' 15 & perl -e '${hog}' 15 & perl -e '${hog}' 15 & wait -n; exit 9`;
  const many = await sandbox.command({ ...shell(divided), argv: ['/bin/bash', '-c', divided] });
  expect(many).toMatchObject({ cause: 'out-of-memory', exit: 9 });
  expect(await sandbox.command(shell('true'))).toMatchObject({ cause: 'exit', exit: 0 });
});

test('a flood of output ends the command, and no more than the cap is kept', async () => {
  const sandbox = await opened();
  const flood = await sandbox.command({ argv: ['/usr/bin/yes'], timeoutMs: 20_000, outputCapBytes: 1_000_000 });
  expect(flood).toMatchObject({ cause: 'output-cap', stdout: { truncated: true } });
  expect(flood.stdout.text.length).toBeLessThan(1_000_100);
  expect(sandbox.inspect().processes).toEqual([]);
});

test.each(['/workspace', '/tmp', '/run', '/dev/shm'])('filling %s meets its end, and only there', async (directory) => {
  const sandbox = await opened({ workspaceBytes: 32 * MEBIBYTE, temporaryBytes: 16 * MEBIBYTE });
  const fill = await sandbox.command(shell(`dd if=/dev/zero of=${directory}/full bs=1M 2>&1`));
  expect(fill).toMatchObject({ cause: 'exit', exit: 1 });
  expect(fill.stdout.text).toContain('No space left on device');
  const elsewhere = directory === '/tmp' ? '/workspace' : '/tmp';
  expect(await sandbox.command(shell(`echo fine >${elsewhere}/other`))).toMatchObject({ exit: 0 });
});

test('after a timeout nothing of the command lives, whatever it did to survive', async () => {
  const sandbox = await opened();
  const stubborn = `trap '' TERM INT HUP
    setsid sh -c "trap '' TERM; while :; do sleep 1; done" &
    (setsid sh -c 'setsid sleep 600 & exit' &)
    perl -e '$0 = "kworker"; fork and exit; $SIG{$_} = "IGNORE" for keys %SIG; sleep 600' &
    while :; do sleep 1; done`;
  const result = await sandbox.command(shell(stubborn, 700));
  expect(result).toMatchObject({ cause: 'timeout', exit: null, held: false });
  expect(sandbox.inspect().processes).toEqual([]);
});

test('a stopped command is gone, and so is one that was stopped before it began', async () => {
  const sandbox = await opened();
  const abort = new AbortController();
  const running = sandbox.command({ ...shell('setsid sleep 600 & sleep 600'), signal: abort.signal });
  await sleep(200);
  abort.abort();
  expect(await running).toMatchObject({ cause: 'cancelled', exit: null });
  expect(await sandbox.command({ ...shell('touch /tmp/ran'), signal: abort.signal })).toMatchObject({
    cause: 'cancelled',
  });
  expect(await sandbox.command(shell('ls /tmp'))).toMatchObject({ stdout: { text: '' } });
  expect(sandbox.inspect().processes).toEqual([]);
});

test('no command reads environment or memory of another, nor does the host show it', async () => {
  const sandbox = await opened();
  const secret = `hidden-${process.pid}-value`;
  const env = { PASSWORD: secret };
  const first = sandbox.command({ ...shell('sleep 3'), env });
  const service = await sandbox.startService({
    name: 'keeper',
    argv: ['/bin/sleep', '600'],
    env,
    outputCapBytes: 1000,
  });
  await sleep(300);
  expect(hostArguments()).not.toContain(secret);
  expect(await sandbox.command(perl(SPY))).toMatchObject({ cause: 'exit', exit: 0, stdout: { text: '' } });
  const own = await sandbox.command(perl(`if (my $pid = fork) { ${SPY} kill 9, $pid } else { sleep 60 }`));
  expect(own.stdout.text).toMatch(/^\d+ environ$/m); // what the spy does find: processes of its own command
  expect(await service.stop('SIGTERM', 1000)).toMatchObject({ exit: 143 });
  expect((await first).exit).toBe(0);
});

test('32 commands at once all run', async () => {
  const sandbox = await opened();
  const results = await Promise.all(Array.from({ length: 32 }, (_, index) => sandbox.command(shell(`echo ${index}`))));
  expect(results.map(({ stdout }) => stdout.text)).toEqual(Array.from({ length: 32 }, (_, index) => `${index}\n`));
});

test.runIf(process.getuid?.() === 0)('no more processor time is spent than allowed', async () => {
  const sandbox = await opened({ cpus: 0.25 });
  const script = 'my $end = time + 2; 1 while time < $end; my ($user, $system) = times; print $user + $system';
  const { stdout } = await sandbox.command(perl(script));
  expect(Number(stdout.text)).toBeLessThan(1.2);
});

function hostArguments(): string {
  return pids()
    .map((pid) => read(`/proc/${pid}/cmdline`))
    .join('\n');
}

function pids(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // gone since it was listed
  }
}
