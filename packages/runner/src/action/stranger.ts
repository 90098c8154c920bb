import type { Sandbox } from '../sandbox/sandbox.ts';

/** Listens, then leaves a child behind that goes on listening under a name that says what it is. */
const LISTEN = `use strict;
my $port = shift;
my $socket = IO::Socket::INET->new(LocalAddr => "0.0.0.0", LocalPort => $port, Proto => "tcp", Listen => 16, ReuseAddr => 1)
  or die "cannot listen: $@\\n";
exit 0 if fork;
open STDIN, "<", "/dev/null"; open STDOUT, ">", "/dev/null"; open STDERR, ">", "/dev/null";
$0 = "stranger-listening-on-$port";
while (1) { my $client = $socket->accept or next; close $client }`;

const TIMEOUT_MS = 10_000;
const CAP_BYTES = 4096;

/**
 * A process that is no service of the run takes a port, really, so that an overlap can be rehearsed. Returns what went
 * wrong, undefined when it listens.
 */
export async function startStranger(sandbox: Sandbox, port: number): Promise<string | undefined> {
  const { cause, exit, stderr } = await sandbox.command({
    argv: ['/usr/bin/perl', '-MIO::Socket::INET', '-e', LISTEN, String(port)],
    timeoutMs: TIMEOUT_MS,
    outputCapBytes: CAP_BYTES,
  });
  return cause === 'exit' && exit === 0 ? undefined : stderr.text.trim() || `${cause}, exit ${exit}`;
}
