import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONFIGURATION = `
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[no_authority]
basicConstraints = critical, CA:FALSE
[tsa]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa_not_critical]
extendedKeyUsage = timeStamping
[tsa_and_more]
extendedKeyUsage = critical, timeStamping, codeSigning
[no_usage]
basicConstraints = CA:FALSE
[timestamps]
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
serial = SERIAL
accuracy = secs:1
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`;

export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

interface Issued {
  readonly extensions?: 'tsa' | 'tsa_not_critical' | 'tsa_and_more' | 'no_usage' | 'authority' | 'no_authority';
  readonly key?: readonly string[];
  /** Days from now. */
  readonly validFor?: number;
  readonly issuer?: Certificate;
}

const RSA = ['rsa', '-pkeyopt', 'rsa_keygen_bits:2048'] as const;
const EC = ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'] as const;

/** What `openssl ts` answers, with a certification authority that is made here. */
export class TimeStampingAuthority {
  readonly folder = mkdtempSync(join(tmpdir(), 'duovir-tsa-'));
  readonly root: Certificate;
  #made = 0;

  constructor() {
    writeFileSync(this.path('openssl.cnf'), CONFIGURATION.replace('SERIAL', this.path('serial')));
    writeFileSync(this.path('serial'), '01\n');
    this.root = this.issue('root', { extensions: 'authority' });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  pem({ certificate }: Certificate = this.root): string {
    return readFileSync(certificate, 'utf8');
  }

  issue(name: string, { extensions = 'tsa', key = EC, validFor = 30, issuer }: Issued = {}): Certificate {
    const made = `${name}-${(this.#made += 1)}`;
    const own: Certificate = { certificate: this.path(`${made}.pem`), key: this.path(`${made}.key`) };
    openssl('genpkey', '-algorithm', ...key, '-out', own.key);
    const request = this.path(`${made}.csr`);
    openssl(
      'req',
      '-new',
      '-key',
      own.key,
      '-subj',
      `/O=Acme/CN=${made}`,
      '-config',
      this.path('openssl.cnf'),
      '-out',
      request,
    );
    const signer = issuer
      ? ['-CA', issuer.certificate, '-CAkey', issuer.key, '-CAcreateserial']
      : ['-signkey', own.key];
    openssl(
      'x509',
      '-req',
      '-in',
      request,
      ...signer,
      '-days',
      String(validFor),
      '-extfile',
      this.path('openssl.cnf'),
      '-extensions',
      extensions,
      '-out',
      own.certificate,
    );
    return own;
  }

  rsa(name: string): Certificate {
    return this.issue(name, { key: RSA, issuer: this.root });
  }

  /** The whole answer in DER. `chain`: certificates to send with it. */
  answer(query: Buffer, signer: Certificate, chain: readonly Certificate[] = []): Buffer {
    const [asked, said, sent] = [this.path('query.tsq'), this.path('answer.tsr'), this.path('chain.pem')];
    writeFileSync(asked, query);
    writeFileSync(sent, chain.map((one) => this.pem(one)).join(''));
    openssl(
      'ts',
      '-reply',
      '-config',
      this.path('openssl.cnf'),
      '-section',
      'timestamps',
      '-queryfile',
      asked,
      '-signer',
      signer.certificate,
      '-inkey',
      signer.key,
      ...(chain.length > 0 ? ['-chain', sent] : []),
      '-out',
      said,
    );
    return readFileSync(said);
  }

  /** What OpenSSL itself says about content and answer. Throws unless it verifies. */
  check(content: Buffer, response: Buffer): void {
    const [shown, said] = [this.path('content'), this.path('shown.tsr')];
    writeFileSync(shown, content);
    writeFileSync(said, response);
    openssl('ts', '-verify', '-data', shown, '-in', said, '-CAfile', this.root.certificate);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function openssl(...parameters: string[]): void {
  execFileSync('openssl', parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Serves on the loopback whatever `respond` does with a query. */
export async function serveTimestamps(
  respond: (query: Buffer, answer: ServerResponse) => void,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server: Server = createServer((asked, answer) => void receive(asked).then((query) => respond(query, answer)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function receive(asked: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of asked as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}
