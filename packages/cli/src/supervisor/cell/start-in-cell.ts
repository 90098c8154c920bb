import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { inheritableDescriptors, withoutLeaks } from '@duovir/runner/descriptors';
import { seccompFilter } from '@duovir/runner/seccomp';
import { FILTER_DESCRIPTOR, inCell, type Cell } from './cell.ts';

/** Starts `argv` in the cell. It ends with us, however we end, and gets no descriptor that somebody left open. */
export function startInCell(cell: Cell, argv: readonly string[]): ChildProcessByStdio<Writable, Readable, Readable> {
  const [command, ...rest] = inCell(cell, argv);
  const nullDevice = openSync('/dev/null', 'r');
  try {
    const child = spawn(command, rest, {
      env: {},
      cwd: '/',
      stdio: withoutLeaks(['pipe', 'pipe', 'pipe', 'pipe'], inheritableDescriptors(), nullDevice),
    });
    const filter = child.stdio[FILTER_DESCRIPTOR] as Writable;
    for (const stream of [filter, child.stdin]) stream?.on('error', () => undefined); // EPIPE: bubblewrap has ended, which `exit` tells.
    filter.end(seccompFilter());
    return child as ChildProcessByStdio<Writable, Readable, Readable>;
  } finally {
    closeSync(nullDevice);
  }
}
