import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { verifyEvidence } from './verify-evidence.fixture.ts';

const verdictSchema = z.looseObject({
  ok: z.boolean(),
  findings: z.array(z.looseObject({ entry: z.int().optional(), file: z.string().optional(), rule: z.string() })),
});
/** What one verifier says of one folder. */
export type VerifierVerdict = z.infer<typeof verdictSchema>;

/** Judges folders of one organisation, each by itself. */
export interface Verifier {
  readonly name: string;
  verify(folders: readonly string[], officer: string): Promise<readonly VerifierVerdict[]>;
}

const HERE = join(import.meta.dirname, '../../verifiers');

export const typescriptVerifier: Verifier = {
  name: 'typescript',
  verify: async (folders, officer) => {
    const verdicts: VerifierVerdict[] = [];
    for (const folder of folders) verdicts.push(verdictSchema.parse(await verifyEvidence(folder, officer)));
    return verdicts;
  },
};

export const pythonVerifier: Verifier = {
  name: 'python',
  verify: (folders, officer) => ask('python3', [join(HERE, 'verify.py')], folders, officer),
};

/** Undefined where there is no Go to build it with. */
export function goVerifier(): (Verifier & { close(): void }) | undefined {
  if (spawnSync('go', ['version']).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'duovir-verifier-'));
  const program = join(folder, 'verify');
  const built = spawnSync('go', ['build', '-o', program, join(HERE, 'verify.go')], {
    env: { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' },
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`verify.go does not build: ${built.stderr}`);
  return {
    name: 'go',
    verify: (folders, officer) => ask(program, [], folders, officer),
    close: () => rmSync(folder, { recursive: true }),
  };
}

/** One process for all folders, one JSON line each. */
async function ask(
  program: string,
  parameters: readonly string[],
  folders: readonly string[],
  officer: string,
): Promise<VerifierVerdict[]> {
  const child = spawn(program, [...parameters, '--json', '--officer', officer, ...folders], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const [output, errors] = await Promise.all([collect(child.stdout), collect(child.stderr)]);
  await closed;
  const lines = output.split('\n').filter((line) => line !== '');
  if (lines.length !== folders.length)
    throw new Error(
      `${program} answered ${lines.length} times about ${folders.length} folders: ${errors.slice(-2000)}`,
    );
  return lines.map((line) => verdictSchema.parse(JSON.parse(line)));
}

async function collect(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
