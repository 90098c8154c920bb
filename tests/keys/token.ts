import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so'];
const PYTHON = '/usr/bin/python3';
const SIGNER = fileURLToPath(new URL('../../packages/principal/signers/pkcs11.py', import.meta.url));
const LABEL = 'duovir-test';

/** Why there can be no token here; undefined where there can. */
export function missingForToken(): string | undefined {
  if (!MODULES.some((path) => existsSync(path))) return 'SoftHSM2 is not installed';
  if (!existsSync('/usr/bin/pkcs11-tool')) return 'pkcs11-tool (opensc) is not installed';
  return existsSync(PYTHON) ? undefined : 'Python 3 is not installed';
}

/** A SoftHSM2 token in a folder of its own: keys in it are made there and cannot be taken out. */
export class TestToken {
  readonly folder = mkdtempSync(join(tmpdir(), 'duovir-token-'));
  readonly #module = MODULES.find((path) => existsSync(path)) ?? '';
  readonly #pin = String(randomInt(100_000, 1_000_000));
  readonly #environment = { SOFTHSM2_CONF: join(this.folder, 'softhsm2.conf') };

  constructor() {
    mkdirSync(join(this.folder, 'tokens'));
    const configuration = `directories.tokendir = ${this.folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n`;
    writeFileSync(this.#environment.SOFTHSM2_CONF, configuration);
    this.enter(this.#pin);
    this.#run('softhsm2-util', '--init-token', '--free', '--label', LABEL, '--so-pin', this.#pin, '--pin', this.#pin);
  }

  get pinFile(): string {
    return join(this.folder, 'pin');
  }

  /** What the signer will find where its PIN is said to be. */
  enter(pin: string): void {
    writeFileSync(this.pinFile, `${pin}\n`, { mode: 0o600 });
  }

  makeKey(label: string): void {
    const login = ['--module', this.#module, '--token-label', LABEL, '--login', '--pin', this.#pin];
    this.#run('pkcs11-tool', ...login, '--keypairgen', '--key-type', 'EC:edwards25519', '--label', label);
  }

  /** Raw, base64. */
  publicKey(label: string): string {
    return this.#run(...this.#signer(label), '--public-key').trim();
  }

  /** What stands in `signer.json`. */
  signerFile(label: string, mode: 'once' | 'session'): string {
    const command = [...this.#signer(label), ...(mode === 'session' ? ['--session'] : [])];
    return JSON.stringify({ command, publicKey: this.publicKey(label), mode, environment: this.#environment });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #signer(label: string): [string, ...string[]] {
    const where = ['--module', this.#module, '--token', LABEL, '--key', label, '--pin-file', this.pinFile];
    return [PYTHON, SIGNER, ...where];
  }

  #run(program: string, ...parameters: string[]): string {
    return execFileSync(program, parameters, {
      env: { PATH: '/usr/bin:/bin', ...this.#environment },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
