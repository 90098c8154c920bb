import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveUnix } from '@duovir/principal';
import { makeKey, makeNoteKey } from './keys.fixture.ts';
import { witnessNoteSigner, type NoteSigner } from './note-signer.ts';
import { WitnessClient } from './witness-client.ts';
import { createWitness } from './witness.ts';

/** A real witness behind a real socket, in this process. */
export interface TestWitness {
  readonly client: WitnessClient;
  readonly signer: NoteSigner;
  readonly socket: string;
  /** Away until `resume`, as after a kill. */
  suspend(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

/** @param logVkey the key of the log, or where the one it has now is looked up */
export async function startWitness(
  logVkey: string | (() => string),
  officer = makeKey('officer').publicKey.toString('base64'),
): Promise<TestWitness> {
  const folder = mkdtempSync(join(tmpdir(), 'witness-'));
  const signer = witnessNoteSigner(makeNoteKey('witness.example/w1'));
  const socket = join(folder, 'witness.sock');
  const serve = (): ReturnType<typeof serveUnix> =>
    serveUnix(
      createWitness({
        signer,
        stateFolder: join(folder, 'seen'),
        logs: () => [typeof logVkey === 'string' ? logVkey : logVkey()],
        officer,
      }),
      socket,
    );
  let server = await serve();
  const client = new WitnessClient(socket, signer.vkey);
  return {
    client,
    signer,
    socket,
    suspend: () => server.close(),
    resume: async () => {
      server = await serve();
    },
    close: async () => {
      client.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
