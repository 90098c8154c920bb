import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan, Restoration } from '@duovir/protocol';
import type { ModelPort } from '@duovir/engine';
import { ServerError } from '../error.ts';
import type { EgressCalls } from '../store/egress-calls.ts';
import type { Placeholders } from '../store/placeholders.ts';
import type { OpenCalls } from './open-calls.ts';

/** A call that is nearly done is let end by itself. */
const PATIENCE_MS = 5000;
const PAUSE_MS = 100;

/** What model calls leave behind for their run. */
export class RunModels implements ModelPort {
  readonly #calls: EgressCalls;
  readonly #placeholders: Placeholders;
  readonly #open: OpenCalls;

  constructor(calls: EgressCalls, placeholders: Placeholders, open: OpenCalls) {
    this.#calls = calls;
    this.#placeholders = placeholders;
    this.#open = open;
  }

  async restorations(run: string, { placeholders = [] }: Plan): Promise<readonly Restoration[]> {
    if (placeholders.length === 0) return [];
    const vault = await this.#placeholders.vault(run);
    return placeholders.map(({ placeholder, kind, commitment }) => {
      const [issued] = vault.issuedIn(placeholder);
      // What the plan lists is what reviewers have read; it must not stand for anything else (Invariant 4).
      if (issued?.placeholder !== placeholder || issued.kind !== kind || issued.commitment !== commitment)
        throw new ServerError('placeholder-unknown', `${placeholder} was not given out in ${run} as the plan has it.`);
      return { placeholder, value: issued.value, salt: issued.salt };
    });
  }

  async spent(run: string): Promise<{ readonly tokens: number; readonly microUsd: number }> {
    for (let waited = 0; waited < PATIENCE_MS && (await this.#calls.pending(run)).length > 0; waited += PAUSE_MS)
      await sleep(PAUSE_MS);
    await this.#open.settle(run);
    this.#placeholders.forget(run);
    return this.#calls.spent(run);
  }
}
