import { pidsIn, readProcess } from './process-table.ts';
import { signalProcess } from './process-tree.ts';

const INTERVAL_MS = 250;
const KIBIBYTE = 1024;

/** Stands in for the kernel's memory cap where there are no control groups: kills the largest process above the cap. */
export class MemoryWatch {
  readonly #net: number;
  readonly #limitBytes: number;
  readonly #timer: NodeJS.Timeout;
  #kills = 0;

  /** @param net inode of the sandbox's network namespace */
  constructor(net: number, limitBytes: number) {
    this.#net = net;
    this.#limitBytes = limitBytes;
    this.#timer = setInterval(() => this.#look(), INTERVAL_MS).unref();
  }

  outOfMemoryKills(): number {
    return this.#kills;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const sizes = pidsIn('net', this.#net).map((pid) => ({ pid, bytes: anonymousBytes(pid) }));
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= this.#limitBytes) return;
    const largest = sizes.reduce((one, other) => (other.bytes > one.bytes ? other : one));
    if (signalProcess(largest.pid, 'SIGKILL')) this.#kills += 1;
  }
}

/** Memory of its own: pages of files and shared memory are bounded elsewhere. */
function anonymousBytes(pid: number): number {
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(readProcess(pid, 'status') ?? '')?.[1] ?? 0) * KIBIBYTE;
}
