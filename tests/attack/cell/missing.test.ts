import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod';

const DUOVIR = fileURLToPath(new URL('../../../packages/cli/bin/duovir.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'duovir-uncelled-'));
const state = join(folder, 'state');
/** Every program of this machine but bubblewrap. */
const programs = join(folder, 'bin');
mkdirSync(programs);
for (const place of [...(process.env['PATH'] ?? '').split(delimiter), dirname(process.execPath)].filter(isAbsolute))
  for (const name of existsSync(place) ? readdirSync(place) : [])
    if (name !== 'bwrap' && !existsSync(join(programs, name))) symlinkSync(join(place, name), join(programs, name));

interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function duovir(...argv: string[]): Promise<Ending> {
  const environment = { PATH: programs };
  try {
    const said = await promisify(execFile)(process.execPath, [DUOVIR, ...argv, '--state', state], { env: environment });
    return { code: 0, ...said };
  } catch (error) {
    return z.looseObject({ code: z.int(), stdout: z.string(), stderr: z.string() }).parse(error);
  }
}

afterAll(async () => {
  await duovir('down', '--purge');
  rmSync(folder, { recursive: true });
});

test('where bubblewrap is missing, up says what would be weaker, and starts only when told so', async () => {
  const refused = await duovir('up', '--port', '0');
  expect(refused.code).toBe(4);
  expect(refused.stderr).toMatch(/^Error No cells can be made .*there is no bwrap.* read the keys of all others.*\n/);
  expect(refused.stderr).toMatch(/--without-cells/);
  expect((await duovir('status')).code).toBe(3);

  const told = await duovir('up', '--port', '0', '--without-cells');
  expect(told.code).toBe(0);
  expect(told.stderr).toMatch(/^Warning Each agent could read the keys of all others/);
  expect((await duovir('status')).stdout).toMatch(/^cells: none\. Each agent could read the keys/m);
  const status = z.looseObject({ cells: z.string() }).parse(JSON.parse((await duovir('status', '--json')).stdout));
  expect(status.cells).toBe('none');
}, 120_000);
