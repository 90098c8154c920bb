import { closeSync, existsSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { StateDirectory } from '@duovir/principal';

const DEFAULT_BYTES = 4 * 1024 * 1024;

/** The supervisor alone writes there: what a process says comes to it through a pipe. */
export function logPath(state: StateDirectory, name: string): string {
  return join(state.log, `${name}.log`);
}

/** Appends to a file; when it is full it becomes `<name>.1` and a new one begins, so two files are the most there is. */
export class LogFile {
  readonly path: string;
  readonly #bytes: number;
  #file: number;
  #size: number;

  constructor(path: string, bytes: number = DEFAULT_BYTES) {
    this.path = path;
    this.#bytes = bytes;
    this.#file = openSync(path, 'a', 0o600);
    this.#size = fstatSync(this.#file).size;
  }

  write(chunk: Buffer | string): void {
    if (this.#size > 0 && this.#size + Buffer.byteLength(chunk) > this.#bytes) this.#rotate();
    this.#size += writeSync(this.#file, chunk.toString());
  }

  close(): void {
    closeSync(this.#file);
  }

  #rotate(): void {
    closeSync(this.#file);
    if (existsSync(this.path)) renameSync(this.path, `${this.path}.1`);
    this.#file = openSync(this.path, 'a', 0o600);
    this.#size = 0;
  }
}
