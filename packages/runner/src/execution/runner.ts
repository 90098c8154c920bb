import type { Envelope, ExecuteRequest, SandboxHandle, Signer, StopOrder } from '@duovir/protocol';
import { OUTPUT_CAP_BYTES, type ActionResult } from '../action/action-result.ts';
import { LiveSandboxes } from '../action/live-sandboxes.ts';
import { perform } from '../action/perform.ts';
import { RunnerError } from '../error.ts';
import { assertSettled } from '../permit/settlement.ts';
import { verifyPermit, type VerifiedPermit } from '../permit/verify-permit.ts';
import { Concealment } from '../restoration/concealment.ts';
import { Feed } from './feed.ts';
import { logLines } from './log-lines.ts';
import { makeReceipt } from './receipt.ts';
import { claimedPermit, makeRefusal } from './refusal.ts';
import type { RunnerFiles } from './runner-files.ts';
import { openMemory, type RunnerMemory } from './runner-memory.ts';
import { Slots, type Slot } from './slots.ts';

export interface RunnerSetup {
  readonly files: RunnerFiles;
  readonly signer: Signer;
  readonly now?: () => Date;
}

export type ExecutionState = 'unknown' | 'running' | 'finished' | 'interrupted';

/** Verifies permits and executes what they allow, one step of a run at a time. Decides nothing itself. */
export class Runner {
  readonly #signer: Signer;
  readonly #now: () => Date;
  readonly #memory: RunnerMemory;
  readonly #slots = new Slots();
  readonly #sandboxes = new LiveSandboxes();
  /** Uses of permits that are being written down. */
  readonly #admitting = new Set<Promise<void>>();
  /** By run. Never on disk: the sandboxes that the values are in die with this process. */
  readonly #concealments = new Map<string, Concealment>();

  private constructor({ signer, now }: RunnerSetup, memory: RunnerMemory) {
    this.#signer = signer;
    this.#now = now ?? (() => new Date());
    this.#memory = memory;
  }

  /** Throws when the trust policy is not one that the pinned officer key signed. */
  static async open(setup: RunnerSetup): Promise<Runner> {
    return new Runner(setup, await openMemory(setup.files));
  }

  /** Begins the execution, or refuses; the feed tells what comes of it. It goes on whether or not anybody listens. */
  async execute(request: ExecuteRequest): Promise<Feed> {
    const feed = new Feed();
    try {
      const slot = this.#slots.take(request.plan.run, claimedPermit(request)?.predicate.permit ?? '', feed);
      const verified = await this.#admit(request).catch((error: unknown) => {
        slot[Symbol.dispose]();
        throw error;
      });
      void this.#run(verified, slot);
    } catch (error) {
      if (!(error instanceof RunnerError)) throw error;
      feed.push(await makeRefusal(this.#signer, request, error, this.#now()));
    }
    return feed;
  }

  /** What became of a permit, across restarts (Invariant 11). */
  async state(permit: string): Promise<ExecutionState> {
    if (this.#slots.ofPermit(permit)) return 'running';
    const run = await this.#memory.used.runOf(permit);
    if (run === undefined) return 'unknown';
    return (await this.#memory.journal.find(run, permit)) ? 'finished' : 'interrupted';
  }

  /** The events from now on; of a finished execution, its receipt. */
  async events(permit: string): Promise<Feed> {
    const slot = this.#slots.ofPermit(permit);
    if (slot) return slot.feed;
    const run = await this.#memory.used.runOf(permit);
    if (run === undefined) throw new RunnerError('execution-unknown', `Permit ${permit} was never used here.`);
    const receipt = await this.#memory.journal.find(run, permit);
    if (!receipt)
      throw new RunnerError('execution-interrupted', `The runner died before the execution under ${permit} ended.`);
    const feed = new Feed();
    feed.push(receipt);
    return feed;
  }

  sandbox(run: string): SandboxHandle | undefined {
    return this.#sandboxes.of(run)?.handle;
  }

  /** Stopping is always allowed: it gives nobody anything. */
  stop(run: string): void {
    this.#slots.ofRun(run)?.stop.abort();
  }

  /** Refuses every execution from now on. What is running goes on unless it is to be halted. */
  async stopEverything(order: StopOrder): Promise<void> {
    const { anchor, stops } = this.#memory;
    const kept = stops.hold(order, anchor.current().policy);
    if (order.halt) for (const slot of this.#slots.all()) slot.stop.abort();
    await kept();
    // What has been admitted just before is running when this returns, and nothing begins after.
    await Promise.allSettled(this.#admitting);
  }

  async liftStop(statement: Envelope): Promise<void> {
    const { anchor, stops } = this.#memory;
    await stops.lift(statement, anchor.current().policy);
  }

  /** Stops in force. */
  heldStops(): StopOrder[] {
    return this.#memory.stops.held();
  }

  /** Takes the run's sandbox down for good, once its settlement is proven to be in the ledger. */
  async release(run: string, settlement: Envelope, proof: string): Promise<void> {
    const { anchor, fences, journal, plans } = this.#memory;
    assertSettled(run, settlement, proof, anchor.current().policy);
    this.stop(run);
    await this.#slots.ofRun(run)?.ended;
    const slot = this.#slots.take(run, '', new Feed());
    try {
      await fences.set(run, { kind: 'settled' });
      await this.#sandboxes.close(run);
      this.#concealments.delete(run);
      await journal.forget(run);
      await plans.forget(run);
    } finally {
      slot[Symbol.dispose]();
    }
  }

  async close(): Promise<void> {
    await this.#sandboxes.closeAll();
  }

  /** The use of the permit is on disk when this returns: from here on there is no second time (Invariant 1). */
  async #admit(request: ExecuteRequest): Promise<VerifiedPermit> {
    const { anchor, fences, grounds, plans, used, stops } = this.#memory;
    stops.assertNone();
    const now = this.#now();
    const newest = anchor.current();
    const verified = verifyPermit(request, {
      newest,
      carried: (sent) => grounds.verify(sent, now),
      now,
      fence: await fences.of(request.plan.run),
      isUsed: (permit) => used.has(permit),
      isBegun: (plan) => plans.has(request.plan.run, plan),
    });
    const { digest, plan, envelope } = verified.carried;
    await plans.keep(digest, { plan, envelope });
    // Somebody may have stopped everything while the permit was looked at, or have revoked who had spoken for it.
    stops.assertNone();
    if (anchor.current().digest !== newest.digest)
      throw new RunnerError(
        'trust-policy-stale',
        'Another trust policy came into force while the permit was looked at.',
      );
    const claimed = used.claim(verified.permit.permit, verified.run);
    this.#admitting.add(claimed);
    await claimed.finally(() => this.#admitting.delete(claimed));
    return verified;
  }

  async #run(verified: VerifiedPermit, slot: Slot): Promise<void> {
    try {
      const startedAt = this.#now();
      const result = await this.#perform(verified, slot);
      const span = { startedAt, endedAt: this.#now() };
      const { conceal } = this.#concealmentOf(verified);
      const receipt = await makeReceipt(this.#signer, verified, result, span, this.sandbox(slot.run) ?? null, conceal);
      await this.#memory.journal.keep(slot.run, verified.permit.permit, receipt);
      slot[Symbol.dispose]();
      slot.feed.push(receipt);
    } catch (error) {
      // Without a receipt the execution counts as interrupted, so its effects must go as well.
      console.error(error);
      await this.#sandboxes.close(slot.run);
      slot[Symbol.dispose]();
      slot.feed.break(error);
    }
  }

  async #perform(verified: VerifiedPermit, { run, stop, feed }: Slot): Promise<ActionResult> {
    const { fences } = this.#memory;
    const { restored, permit } = verified;
    const concealment = this.#concealmentOf(verified);
    const opens = restored.call.action === 'sandbox.open@1';
    const before = await fences.of(run);
    if (opens) await fences.set(run, { kind: 'open', generation: permit.fence });
    const result = await perform(restored.call, {
      run,
      generation: permit.fence,
      sandboxes: this.#sandboxes,
      timeoutMs: restored.timeoutMs,
      signal: stop.signal,
      concealment,
      onOutput: logLines(OUTPUT_CAP_BYTES, concealment.conceal, (event) => feed.push(event)),
    });
    // Nothing of that generation has come to be, so the next attempt may have it.
    if (opens && result.outcome === 'failed') await fences.set(run, before);
    return result;
  }

  /** A later step can show what an earlier one has put in. */
  #concealmentOf({ run, values }: VerifiedPermit): Concealment {
    const concealment = this.#concealments.get(run) ?? new Concealment();
    concealment.add(values);
    this.#concealments.set(run, concealment);
    return concealment;
  }
}
