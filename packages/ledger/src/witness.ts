import { principalApp } from '@duovir/principal';
import { envelopeSchema } from '@duovir/protocol';
import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { LogKeys } from './log-keys.ts';
import type { NoteSigner } from './note-signer.ts';
import { splitNote } from './note.ts';
import { decideCosignature } from './witness-decision.ts';
import { decideRestore } from './witness-restore.ts';
import { WitnessState } from './witness-state.ts';

const MAX_BODY_BYTES = 65_536;

export interface WitnessOptions {
  readonly signer: NoteSigner;
  /** Where it remembers what it has seen; nobody else writes there. */
  readonly stateFolder: string;
  /** Verifier keys of the logs it watches, or where they are looked up; a key's name is the log's origin. */
  readonly logs: readonly string[] | (() => readonly string[]);
  /** Raw public key of the officer in base64, pinned here: who may say that entries are lost. */
  readonly officer: string;
}

/**
 * The `POST /add-checkpoint` of a C2SP tlog-witness; what it has seen, to be asked for; and the one way to make it forget
 * that, which the officer alone opens.
 */
export function createWitness({ signer, stateFolder, logs, officer }: WitnessOptions): Hono {
  const keys = new LogKeys(typeof logs === 'function' ? logs : () => logs);
  const state = WitnessState.open(stateFolder, keys.origins);
  const app = principalApp();

  app.post('/add-checkpoint', bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context) => {
    const body = await context.req.text();
    // From here to `record` nothing awaits: two requests cannot both extend the same checkpoint.
    const decision = decideCosignature(
      body,
      (origin) => keys.of(origin),
      (origin) => state.memory(origin),
    );
    switch (decision.kind) {
      case 'conflict':
        return context.body(`${decision.size}\n`, 409, { 'content-type': 'text/x.tlog.size' });
      case 'refuse':
        return context.text(`${decision.reason}\n`, decision.status);
      case 'cosign':
        if (decision.isNew) state.record(decision.next.origin, decision.note);
        keys.heard(decision.next.origin, decision.vkey);
        return context.text(await signer.signLine(decision.text));
    }
  });

  app.get('/v1/seen', async (context) => {
    const memory = state.memory(context.req.query('origin') ?? '');
    switch (memory.kind) {
      case 'nothing':
        return context.json({ kind: 'nothing' });
      case 'restored':
        return context.json({ kind: 'restored', decision: memory.envelope });
      case 'seen': {
        const { text } = splitNote(memory.note);
        return context.json({ kind: 'seen', note: memory.note + (await signer.signLine(text)) });
      }
    }
  });

  app.post('/v1/restore', bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context) => {
    const envelope = envelopeSchema.parse(await context.req.json());
    // As above: nothing awaits between the look and the write.
    const answer = decideRestore(envelope, officer, (origin) => state.memory(origin));
    if (answer.kind === 'forget') state.forget(answer.restore, envelope);
    return context.json({ kind: 'forgotten' });
  });
  return app;
}
