import { spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { rawPublicKey } from '@duovir/protocol';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leafHash } from './merkle.ts';
import { migrate } from './migration.ts';
import { logNoteSigner } from './note-signer.ts';
import { PostgresLog } from './postgres-log.ts';
import { TestPostgres } from './postgres.fixture.ts';
import { recursiveRoot } from './tree.fixture.ts';
import { startWitness } from './witness.fixture.ts';

const ROUNDS = 8;
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await TestPostgres.start();
});
afterAll(() => postgres.stop());

test('kill -9 of the sequencer loses nothing it acknowledged, leaves no gap and no fork', async () => {
  const connectionString = await postgres.createDatabase('killed');
  const pool = new Pool({ connectionString });
  await migrate(pool);
  await pool.end();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const signer = logNoteSigner({
    name: 'log.example/killed',
    publicKey: rawPublicKey(publicKey),
    signer: { sign: async (bytes) => sign(null, bytes, privateKey) },
  });
  const witness = await startWitness(signer.vkey);
  const acknowledged = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = spawn(
      process.execPath,
      [
        fileURLToPath(new URL('appender.fixture.ts', import.meta.url)),
        connectionString,
        witness.socket,
        witness.signer.vkey,
        `round-${round}`,
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    child.stdin.end(pem);
    let count = 0;
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const [name = '', index] = line.split(' ');
      acknowledged.set(name, Number(index));
      count += 1;
      if (count === 20 + round * 37) child.kill('SIGKILL');
    });
    await Promise.all([once(child, 'exit'), once(lines, 'close')]);
    const log = await PostgresLog.open({ connectionString, signer, witnesses: [witness.client], quorum: 1 });
    const logged = await log.entries({ limit: 100_000 });
    expect(logged.map(({ index }) => index)).toEqual(logged.map((_, at) => at));
    for (const [name, index] of acknowledged) expect(logged[index]?.key).toBe(name);
    const leaves = logged.map(({ body }) => leafHash(body));
    expect(log.status().root).toBe(recursiveRoot(leaves).toString('base64'));
    await log.prove(logged.length - 1);
    await log.close();
  }
  expect(acknowledged.size).toBeGreaterThan(ROUNDS * 20);
  await witness.close();
});
