import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyPack } from '@duovir/ledger';
import { digestSchema, evidenceScopeSchema } from '@duovir/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { foundOrganisation, type Organisation } from '../../bench/audit/organisation.ts';
import { writeHonestLog } from '../../bench/audit/write-log.ts';
import { stateExport } from '../../bench/evidence/export-proof.ts';

const ENTRIES = 14 * 150 + 1;
const KILLS = 12;
const BUILD = join(import.meta.dirname, '../../bench/evidence/measure-pack.ts');

const askedSchema = z.object({
  kind: z.literal('sign'),
  manifest: digestSchema,
  about: z.object({ scope: evidenceScopeSchema, from: z.null(), to: z.null(), size: z.int(), first: z.int() }),
});

let folder: string;
let organisation: Organisation;
let leaves: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'duovir-evidence-kill-'));
  organisation = await foundOrganisation();
  leaves = await writeHonestLog(join(folder, 'log'), ENTRIES, organisation);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A process that makes a pack, and has what it exports stated here. */
function build(file: string): ChildProcess {
  const child = fork(BUILD, ['build', join(folder, 'log'), file], { stdio: 'ignore' });
  child.on('message', (said) => {
    const asked = askedSchema.safeParse(said);
    if (!asked.success) return;
    void stateExport(organisation, leaves, asked.data.manifest, asked.data.about).then((signed) => {
      // It may be dead by now.
      if (child.connected) child.send(signed);
    });
  });
  return child;
}

/** What it writes into while it waits for somebody to state its export. */
const partsOf = (file: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith(`${basename(file)}.`) && name.endsWith('.partial'));

/** Nobody answers it: it stays where it is, its pack nearly done. */
async function waiting(file: string): Promise<ChildProcess> {
  const child = fork(BUILD, ['build', join(folder, 'log'), file], { stdio: 'ignore' });
  await once(child, 'message');
  return child;
}

async function verifies(file: string): Promise<boolean> {
  return (await verifyPack(file, { officer: organisation.officer })).ok;
}

test(
  'an export that is killed at any moment leaves a whole pack under its name, or none',
  { timeout: 300_000 },
  async () => {
    const whole = join(folder, 'whole.zip');
    const started = performance.now();
    expect(await once(build(whole), 'exit')).toEqual([0, null]);
    const milliseconds = performance.now() - started;
    expect(await verifies(whole)).toBe(true);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const file = join(folder, `killed-${kill}.zip`);
      const child = build(file);
      const ended = once(child, 'exit');
      // The later half, in which it writes; the last one comes when it should be over.
      await Promise.race([ended, sleep(milliseconds * (0.4 + (0.6 * (kill + 1)) / KILLS))]);
      child.kill('SIGKILL');
      await ended;
      expect([kill, partsOf(file).length <= 1]).toEqual([kill, true]);
      if (existsSync(file)) expect([kill, await verifies(file)]).toEqual([kill, true]);
      // Whatever is left beside it does not stand in the way of the next one.
      if (kill % 4 === 0) {
        rmSync(file, { force: true });
        expect(await once(build(file), 'exit')).toEqual([0, null]);
        expect(await verifies(file)).toBe(true);
        expect(partsOf(file)).toEqual([]);
      }
    }
  },
);

test(
  'the next export clears away what a killed one has left, and nothing of one that still lives',
  { timeout: 120_000 },
  async () => {
    const file = join(folder, 'twice.zip');
    const living = await waiting(file);
    const killed = await waiting(file);
    const parts = partsOf(file);
    expect(parts).toHaveLength(2);
    const ended = once(killed, 'exit');
    killed.kill('SIGKILL');
    await ended;
    expect(partsOf(file)).toEqual(parts);
    expect(await once(build(file), 'exit')).toEqual([0, null]);
    expect(await verifies(file)).toBe(true);
    const [left] = partsOf(file);
    expect(partsOf(file)).toEqual([left]);
    expect(left).toContain(`-${living.pid}-`);
    const over = once(living, 'exit');
    living.kill('SIGKILL');
    await over;
    expect(await once(build(file), 'exit')).toEqual([0, null]);
    expect(partsOf(file)).toEqual([]);
  },
);
