// Appends to the log in the database of argv[2] through the witness at argv[3], until killed; says each acknowledged
// key. The log's key comes on standard input.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import { rawPublicKey } from '@duovir/protocol';
import { logNoteSigner } from './note-signer.ts';
import { PostgresLog } from './postgres-log.ts';
import { WitnessClient } from './witness-client.ts';

const [connectionString = '', socket = '', vkey = '', round = ''] = process.argv.slice(2);
const key = createPrivateKey(readFileSync(0));
const signer = logNoteSigner({
  name: 'log.example/killed',
  publicKey: rawPublicKey(createPublicKey(key)),
  signer: { sign: async (bytes) => sign(null, bytes, key) },
});
const log = await PostgresLog.open({
  connectionString,
  signer,
  witnesses: [new WitnessClient(socket, vkey)],
  quorum: 1,
});
let next = 0;
await Promise.all(
  Array.from({ length: 16 }, async () => {
    for (;;) {
      const name = `${round}-${next++}`;
      const { indexes } = await log.append([{ key: name, run: 'run-1', kind: 'request', body: Buffer.from(name) }]);
      writeSync(1, `${name} ${indexes[0]}\n`);
      if (next % 7 === 0) await log.prove(indexes[0] ?? 0);
    }
  }),
);
