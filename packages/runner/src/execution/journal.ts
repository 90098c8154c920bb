import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { executionEventSchema, type ExecutionEvent } from '@duovir/protocol';
import { readSmallFile, syncFolder, writeDurably } from './durable-file.ts';

export type ReceiptEvent = Extract<ExecutionEvent, { kind: 'receipt' }>;

/** Receipts of finished executions, so that a server that was away can still fetch them (Invariant 11). */
export class Journal {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<Journal> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Journal(folder);
  }

  async keep(run: string, permit: string, receipt: ReceiptEvent): Promise<void> {
    await mkdir(join(this.#folder, run), { recursive: true, mode: 0o700 });
    await writeDurably(this.#path(run, permit), JSON.stringify(receipt));
    await syncFolder(this.#folder);
  }

  async find(run: string, permit: string): Promise<ReceiptEvent | undefined> {
    const text = await readSmallFile(this.#path(run, permit));
    if (text === undefined) return undefined;
    const event = executionEventSchema.parse(JSON.parse(text));
    return event.kind === 'receipt' ? event : undefined;
  }

  /** Once a run is settled its output is the server's to keep, sealed; here it would only lie about. */
  async forget(run: string): Promise<void> {
    await rm(join(this.#folder, run), { recursive: true, force: true });
  }

  #path(run: string, permit: string): string {
    return join(this.#folder, run, `${permit}.json`);
  }
}
