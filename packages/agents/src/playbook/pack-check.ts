import { basename, join, relative } from 'node:path';
import { digestOf } from '@duovir/protocol';
import { DRAFT_PACK } from '../draft/draft-playbook.ts';
import { checkSignature } from '../signature/check.ts';
import { checkPlaybook } from './check.ts';
import type { Pack } from './pack.ts';
import { packSchema } from './pack-schema.ts';
import { planTestSchema } from './plan-test.ts';
import { checked, fileProblem, type Checked, type Problem } from './problem.ts';
import { readDocument, shaped, yamlFiles } from './source-file.ts';
import type { YamlDocument } from './yaml-document.ts';

/** Reads a pack and checks every file of it. */
export function checkPackFolder(folder: string): Checked<Pack> {
  const reading = new Reading(folder);
  const manifestFile = join(folder, 'pack.yaml');
  const [manifest] = reading.each([manifestFile], (document) =>
    shaped(document, packSchema, 'docs/reference/pack.schema.json'),
  );
  const playbooks = reading.each(yamlFiles(join(folder, 'playbooks')), checkPlaybook);
  const signatures = reading.each(yamlFiles(join(folder, 'signatures')), checkSignature);
  const tests = reading.each(yamlFiles(join(folder, 'tests')), (document) =>
    shaped(document, planTestSchema, 'docs/reference/plan-tests.schema.json'),
  );
  const { problems, contents } = reading;
  if (!manifest) return { kind: 'problems', problems };
  const { id, version } = manifest.metadata;
  if (id !== basename(folder))
    problems.push(
      fileProblem(
        manifestFile,
        `The pack is called ${id}, its folder ${basename(folder)}.`,
        'Give both the same name.',
      ),
    );
  if (id === DRAFT_PACK)
    problems.push(
      fileProblem(manifestFile, `${DRAFT_PACK} is the name of what models draft.`, 'Give the pack another name.'),
    );
  const cases = tests.flatMap((file) => file.cases);
  return checked({ id, version, digest: digestOf(contents), playbooks, signatures, tests: cases }, problems);
}

/** One pass over the files of a pack. */
class Reading {
  readonly problems: Problem[] = [];
  /** What each file says, by its path in the pack: the digest is over this. */
  readonly contents: Record<string, unknown> = {};
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  each<Item>(files: readonly string[], check: (document: YamlDocument) => Checked<Item>): Item[] {
    return files.flatMap((file) => {
      const document = readDocument(file);
      if (document.kind === 'valid') this.contents[relative(this.#folder, file)] = document.value.value;
      const item = document.kind === 'valid' ? check(document.value) : document;
      if (item.kind === 'valid') return [item.value];
      this.problems.push(...item.problems);
      return [];
    });
  }
}

/** Problems of one pack folder, for `duovir playbook check`. */
export function checkPack(folder: string): readonly Problem[] {
  const pack = checkPackFolder(folder);
  return pack.kind === 'problems' ? pack.problems : [];
}

/** Problems of one playbook file, for `duovir playbook check`. */
export function checkPlaybookFile(file: string): readonly Problem[] {
  const document = readDocument(file);
  const playbook = document.kind === 'valid' ? checkPlaybook(document.value) : document;
  return playbook.kind === 'problems' ? playbook.problems : [];
}
