import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rawPublicKey } from '@duovir/protocol';

/** A key that only a program can read, as an HSM would have it. */
export interface SigningProgram {
  readonly folder: string;
  readonly publicKey: string;
  readonly command: readonly [string, ...string[]];
}

const ONCE = `process.stdout.write(sign(null, readFileSync(0), key).toString('base64'));`;

/** Answers line by line; `hook` runs before each answer and sees `id`, `bytes`, `count` and `answer(value)`. */
export function sessionWith(hook = ''): string {
  return `
    let count = 0;
    const answer = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
    createInterface({ input: process.stdin }).on('line', (line) => {
      count += 1;
      const { id, bytes } = JSON.parse(line);
      ${hook}
      answer({ id, signature: sign(null, Buffer.from(bytes, 'base64'), key).toString('base64') });
    });`;
}

export function makeSigningProgram(body = ONCE): SigningProgram {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-signer-'));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(folder, 'token.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  const file = join(folder, 'signer.mjs');
  writeFileSync(
    file,
    `import { createPrivateKey, sign } from 'node:crypto';
     import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
     import { createInterface } from 'node:readline';
     const key = createPrivateKey(readFileSync(${JSON.stringify(join(folder, 'token.pem'))}));
     appendFileSync(${JSON.stringify(join(folder, 'logins'))}, 'x');
     ${body}`,
  );
  chmodSync(file, 0o600);
  return { folder, publicKey: rawPublicKey(publicKey).toString('base64'), command: [process.execPath, file] };
}
