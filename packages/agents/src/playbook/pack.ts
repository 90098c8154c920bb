import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { digestOf, nameSchema, type Digest } from '@duovir/protocol';
import * as z from 'zod';
import { AgentError } from '../error.ts';
import { bestMatch } from '../signature/match.ts';
import { checkSignature } from '../signature/check.ts';
import type { Signature } from '../signature/signature-schema.ts';
import { checkPlaybook } from './check.ts';
import { problemsOf } from './issue.ts';
import { planTestSchema, type PlanTest } from './plan-test.ts';
import type { Playbook } from './playbook-schema.ts';
import { formatProblem, type Problem } from './problem.ts';
import { MAX_FILE_BYTES, parseYaml } from './yaml-document.ts';

const packSchema = z.strictObject({
  apiVersion: z.literal('duovir/v1'),
  kind: z.literal('Pack'),
  metadata: z.strictObject({
    id: nameSchema,
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    title: z.string().min(1).max(200),
    owner: z.string().min(1).max(128),
  }),
});

/** A folder of playbooks and signatures, each with its tests. */
export interface Pack {
  readonly id: string;
  readonly version: string;
  /** Over what the files mean, not over their white space and comments. */
  readonly digest: Digest;
  readonly playbooks: readonly Playbook[];
  readonly signatures: readonly Signature[];
  readonly tests: readonly PlanTest[];
}

export type CheckedPack =
  | { readonly kind: 'pack'; readonly pack: Pack }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** Reads and checks one pack. */
export function checkPackFolder(folder: string): CheckedPack {
  const problems: Problem[] = [];
  const contents: Record<string, unknown> = {};
  const collect = <Item>(
    names: readonly string[],
    read: (text: string, file: string) => Item | readonly Problem[],
  ): Item[] =>
    names.flatMap((name) => {
      const file = join(folder, name);
      const text = readText(file);
      if (typeof text !== 'string') return (problems.push(text), []);
      const parsed = parseYaml(text, file);
      if (parsed.kind === 'document') contents[name] = parsed.document.value;
      const item = read(text, file);
      return Array.isArray(item) ? (problems.push(...(item as readonly Problem[])), []) : [item as Item];
    });
  const [manifest] = collect(['pack.yaml'], readManifest);
  const playbooks = collect(yamlFiles(folder, 'playbooks'), readPlaybook);
  const signatures = collect(yamlFiles(folder, 'signatures'), readSignature);
  const tests = collect(yamlFiles(folder, 'tests'), readTests).flatMap((file) => file.cases);
  if (manifest && manifest.id !== basename(folder))
    problems.push(
      at(
        join(folder, 'pack.yaml'),
        `The pack is called ${manifest.id}, its folder ${basename(folder)}.`,
        'Give both the same name.',
      ),
    );
  if (!manifest || problems.length > 0) return { kind: 'problems', problems };
  const { id, version } = manifest;
  return { kind: 'pack', pack: { id, version, digest: digestOf(contents), playbooks, signatures, tests } };
}

function at(file: string, message: string, remedy: string): Problem {
  return { file, line: 1, column: 1, message, remedy };
}

function readText(file: string): string | Problem {
  try {
    if (statSync(file).size > MAX_FILE_BYTES)
      return at(file, `The file is larger than ${MAX_FILE_BYTES} bytes.`, 'Split it.');
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      return at(file, `The file cannot be read (${String(error.code)}).`, 'Check its path and its mode.');
    throw error;
  }
}

function yamlFiles(folder: string, kind: string): string[] {
  try {
    return readdirSync(join(folder, kind))
      .filter((name) => name.endsWith('.yaml'))
      .toSorted()
      .map((name) => join(kind, name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function readManifest(text: string, file: string): z.infer<typeof packSchema>['metadata'] | readonly Problem[] {
  const parsed = parseYaml(text, file);
  if (parsed.kind === 'problems') return parsed.problems;
  const shaped = packSchema.safeParse(parsed.document.value);
  return shaped.success ? shaped.data.metadata : problemsOf(parsed.document, shaped.error, 'docs/reference/packs.md');
}

function readPlaybook(text: string, file: string): Playbook | readonly Problem[] {
  const checked = checkPlaybook(text, file);
  return checked.kind === 'playbook' ? checked.playbook : checked.problems;
}

function readSignature(text: string, file: string): Signature | readonly Problem[] {
  const checked = checkSignature(text, file);
  return checked.kind === 'signature' ? checked.signature : checked.problems;
}

function readTests(text: string, file: string): z.infer<typeof planTestSchema> | readonly Problem[] {
  const parsed = parseYaml(text, file);
  if (parsed.kind === 'problems') return parsed.problems;
  const shaped = planTestSchema.safeParse(parsed.document.value);
  return shaped.success ? shaped.data : problemsOf(parsed.document, shaped.error, 'docs/reference/packs.md');
}

/** Problems of one playbook file, for `duovir playbook check`. */
export function checkPlaybookFile(path: string): readonly Problem[] {
  const text = readText(path);
  if (typeof text !== 'string') return [text];
  const checked = checkPlaybook(text, path);
  return checked.kind === 'problems' ? checked.problems : [];
}

/** Problems of one pack folder, for `duovir playbook check`. */
export function checkPack(folder: string): readonly Problem[] {
  const checked = checkPackFolder(folder);
  return checked.kind === 'problems' ? checked.problems : [];
}

/** Every pack of a folder, or an error that lists every problem: half a catalogue is none (Invariant 6). */
export function loadPacks(folder: string): readonly Pack[] {
  const checked = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted()
    .map((name) => checkPackFolder(join(folder, name)));
  const problems = checked.flatMap((each) => (each.kind === 'problems' ? each.problems : []));
  const packs = checked.flatMap((each) => (each.kind === 'pack' ? [each.pack] : []));
  if (packs.length === 0 && problems.length === 0)
    problems.push(at(folder, 'There is no pack here.', 'Name the folder that holds the packs.'));
  if (problems.length > 0) throw new AgentError('pack-invalid', problems.map(formatProblem).join('\n'));
  shadowed(packs);
  return packs;
}

/** A signature whose samples another one takes first would never speak. */
function shadowed(packs: readonly Pack[]): void {
  const signatures = packs.flatMap((pack) => pack.signatures);
  const lost = signatures.flatMap((signature) =>
    signature.tests.positive.flatMap((sample) => {
      const winner = bestMatch(signatures, sample)?.signature.id;
      return winner === signature.id
        ? []
        : [`${signature.id} loses its own sample to ${winner ?? 'nobody'}: ${JSON.stringify(sample)}`];
    }),
  );
  if (lost.length > 0) throw new AgentError('pack-invalid', lost.join('\n'));
}
