import { principalApp } from '@duovir/principal';
import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { LogKeys } from './log-keys.ts';
import type { NoteSigner } from './note-signer.ts';
import { decideCosignature } from './witness-decision.ts';
import { WitnessState } from './witness-state.ts';

const MAX_BODY_BYTES = 65_536;

export interface WitnessOptions {
  readonly signer: NoteSigner;
  /** Where it remembers what it has seen; nobody else writes there. */
  readonly stateFolder: string;
  /** Verifier keys of the logs it watches, or where they are looked up; a key's name is the log's origin. */
  readonly logs: readonly string[] | (() => readonly string[]);
}

/** The `POST /add-checkpoint` of a C2SP tlog-witness. */
export function createWitness({ signer, stateFolder, logs }: WitnessOptions): Hono {
  const keys = new LogKeys(typeof logs === 'function' ? logs : () => logs);
  const state = WitnessState.open(stateFolder, keys.origins);
  const app = principalApp();

  app.post('/add-checkpoint', bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context) => {
    const body = await context.req.text();
    // From here to `record` nothing awaits: two requests cannot both extend the same checkpoint.
    const decision = decideCosignature(
      body,
      (origin) => keys.of(origin),
      (origin) => state.seen(origin),
    );
    switch (decision.kind) {
      case 'conflict':
        return context.body(`${decision.size}\n`, 409, { 'content-type': 'text/x.tlog.size' });
      case 'refuse':
        return context.text(`${decision.reason}\n`, decision.status);
      case 'cosign':
        // A same-sized checkpoint changes nothing that would have to be written again.
        if (state.seen(decision.next.origin)?.size !== decision.next.size)
          state.record(decision.next.origin, decision.note);
        keys.heard(decision.next.origin, decision.vkey);
        return context.text(await signer.signLine(decision.text));
    }
  });
  return app;
}
