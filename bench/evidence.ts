import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestSchema, evidenceScopeSchema } from '@duovir/protocol';
import * as z from 'zod';
import { ENTRIES_PER_RUN } from './audit/honest-run.ts';
import { foundOrganisation, type Organisation } from './audit/organisation.ts';
import { writeHonestLog } from './audit/write-log.ts';
import { stateExport } from './evidence/export-proof.ts';
import type { Figure } from './figure.ts';

const CHANGES = 10_000;
const MEASURE = join(import.meta.dirname, 'evidence/measure-pack.ts');

const messageSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sign'),
    manifest: digestSchema,
    about: z.strictObject({
      scope: evidenceScopeSchema,
      from: z.null(),
      to: z.null(),
      size: z.int(),
      first: z.int(),
    }),
  }),
  z.object({ kind: z.literal('done'), ok: z.literal(true), seconds: z.number(), megabytes: z.number() }),
]);
type Measured = Extract<z.output<typeof messageSchema>, { kind: 'done' }>;

/** Makes an evidence pack of ten thousand changes and verifies it, each in a process of its own. */
export async function benchEvidence(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-bench-evidence-'));
  try {
    const organisation = await foundOrganisation();
    const log = join(folder, 'log');
    // The log begins with its start, then run after run.
    const leaves = await writeHonestLog(log, CHANGES * ENTRIES_PER_RUN + 1, organisation);
    const pack = join(folder, 'pack.zip');
    const built = await measure(['build', log, pack], { organisation, leaves });
    const verified = await measure(['verify', organisation.officer, pack], { organisation, leaves });
    return figures(built, verified, statSync(pack).size);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function figures(built: Measured, verified: Measured, bytes: number): Figure[] {
  const alone = { comparedWith: null, ratio: null };
  const within = (name: string, value: number, unit: string, most: number): Figure => ({
    name,
    value,
    unit,
    ...alone,
    bar: `<= ${most}`,
    ok: value <= most,
  });
  return [
    {
      ...within('evidence.build', built.seconds, 's', 60),
      comparedWith: `${CHANGES} changes, ${(bytes / 1e6).toFixed(0)} MB`,
    },
    within('evidence.build-memory', built.megabytes, 'MB', 500),
    within('evidence.verify', verified.seconds, 's', 30),
    within('evidence.verify-memory', verified.megabytes, 'MB', 500),
  ];
}

async function measure(
  parts: readonly string[],
  { organisation, leaves }: { readonly organisation: Organisation; readonly leaves: Buffer },
): Promise<Measured> {
  const child = fork(MEASURE, [...parts]);
  const ended = once(child, 'exit');
  let measured: Measured | undefined;
  child.on('message', (said) => {
    const message = messageSchema.parse(said);
    if (message.kind === 'done') measured = message;
    else void stateExport(organisation, leaves, message.manifest, message.about).then((signed) => child.send(signed));
  });
  await ended;
  if (!measured) throw new Error(`${parts[0] ?? ''} ended without a result`);
  return measured;
}
