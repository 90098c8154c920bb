import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const verdictSchema = z.looseObject({ ok: z.boolean(), findings: z.array(z.looseObject({ rule: z.string() })) });
type ForeignVerdict = z.infer<typeof verdictSchema>;

/** A verifier that came with a pack, in a language of its own. Undefined: this machine cannot run it. */
type ForeignVerifier = (officer: string) => ForeignVerdict | undefined;

/** Both look at the folder they lie in, and are shown nothing else: no home, no environment, no Node. */
export function foreignVerifiers(pack: string): Readonly<Record<'python' | 'go', ForeignVerifier>> {
  return {
    python: (officer) => ask('python3', [join('verify', 'verify.py')], pack, officer),
    go: (officer) => {
      if (spawnSync('go', ['version']).status !== 0) return undefined;
      // Built outside: nobody adds a file to evidence.
      const folder = mkdtempSync(join(tmpdir(), 'duovir-verify-go-'));
      try {
        const program = join(folder, 'verify');
        const environment = { PATH: '/usr/bin:/bin', HOME: folder, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' };
        const source = join('verify', 'verify.go');
        const built = spawnSync('go', ['build', '-o', program, source], {
          cwd: pack,
          env: environment,
          encoding: 'utf8',
        });
        if (built.status !== 0) throw new Error(`verify.go does not build: ${built.stderr}`);
        return ask(program, [], pack, officer);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

function ask(program: string, parameters: readonly string[], pack: string, officer: string): ForeignVerdict {
  const { stdout, stderr } = spawnSync(program, [...parameters, '--json', '--officer', officer, '.'], {
    cwd: pack,
    env: { PATH: '/usr/bin:/bin' },
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(`${program} said nothing: ${stderr}`);
  return verdictSchema.parse(JSON.parse(stdout));
}
