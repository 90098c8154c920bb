import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveUnix } from '@duovir/principal';
import { makeNoteKey } from './keys.fixture.ts';
import { witnessNoteSigner, type NoteSigner } from './note-signer.ts';
import { WitnessClient } from './witness-client.ts';
import { createWitness } from './witness.ts';

/** A real witness behind a real socket, in this process. */
export interface TestWitness {
  readonly client: WitnessClient;
  readonly signer: NoteSigner;
  readonly socket: string;
  close(): Promise<void>;
}

export async function startWitness(logVkey: string): Promise<TestWitness> {
  const folder = mkdtempSync(join(tmpdir(), 'witness-'));
  const signer = witnessNoteSigner(makeNoteKey('witness.example/w1'));
  const socket = join(folder, 'witness.sock');
  const server = await serveUnix(createWitness({ signer, stateFolder: join(folder, 'seen'), logs: [logVkey] }), socket);
  const client = new WitnessClient(socket, signer.vkey);
  return {
    client,
    signer,
    socket,
    close: async () => {
      client.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
