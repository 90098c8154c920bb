import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

/** Go is a download of its own: where it is not, only its tests are left out. */
export const NO_GO = spawnSync('go', ['version']).status === 0 ? undefined : 'there is no Go on this machine';

const lineSchema = z.strictObject({
  ok: z.boolean(),
  size: z.int().optional(),
  first: z.int().optional(),
  isAnchored: z.boolean().optional(),
  findings: z.array(
    z.strictObject({
      entry: z.int().optional(),
      file: z.string().optional(),
      rule: z.string(),
      consequence: z.string().min(10),
    }),
  ),
  remarks: z.array(z.looseObject({ rule: z.string() })).optional(),
  blobs: z.record(z.string(), z.int()).optional(),
  error: z.string().optional(),
});
export type GoVerdict = z.infer<typeof lineSchema>;

export interface GoAnswer {
  readonly exit: number | null;
  readonly verdicts: readonly GoVerdict[];
  readonly errors: string;
}

const ENVIRONMENT = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' };

/** Puts the public vectors to the functions of `verify.go`; what Go says of it. */
export function testVectors(): { readonly exit: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('go', ['test', 'verify.go', 'verify_test.go'], {
    cwd: import.meta.dirname,
    env: ENVIRONMENT,
    encoding: 'utf8',
  });
  return { exit: status, said: stdout + stderr };
}

/** `verify.go`, built the way its own head says. */
export class GoVerifier {
  readonly #folder = mkdtempSync(join(tmpdir(), 'verify-go-'));

  build(): void {
    const source = join(import.meta.dirname, 'verify.go');
    const built = spawnSync('go', ['build', '-o', this.#program, source], {
      env: ENVIRONMENT,
      encoding: 'utf8',
    });
    if (built.status !== 0) throw new Error(`verify.go does not build: ${built.stderr}`);
  }

  get #program(): string {
    return join(this.#folder, 'verify');
  }

  ask(...parameters: readonly string[]): GoAnswer {
    const { status, stdout, stderr } = spawnSync(this.#program, ['--json', ...parameters], {
      encoding: 'utf8',
      timeout: 50_000,
      maxBuffer: 64 * 1_048_576,
    });
    const lines = stdout.split('\n').slice(0, -1);
    return { exit: status, verdicts: lines.map((line) => lineSchema.parse(JSON.parse(line))), errors: stderr };
  }

  /** What a person reads. */
  tell(...parameters: readonly string[]): string {
    return spawnSync(this.#program, parameters, { encoding: 'utf8' }).stdout;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
