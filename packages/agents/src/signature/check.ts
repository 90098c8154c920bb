import { problemsOf } from '../playbook/issue.ts';
import type { Problem } from '../playbook/problem.ts';
import { parseYaml, type YamlDocument } from '../playbook/yaml-document.ts';
import { matchSignature, readable } from './match.ts';
import { signatureSchema, type Sample, type Signature } from './signature-schema.ts';

export type CheckedSignature =
  | { readonly kind: 'signature'; readonly signature: Signature; readonly document: YamlDocument }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** Reads a signature and runs its own samples through it. */
export function checkSignature(text: string, file: string): CheckedSignature {
  const parsed = parseYaml(text, file);
  if (parsed.kind === 'problems') return parsed;
  const { document } = parsed;
  const shaped = signatureSchema.safeParse(document.value);
  if (!shaped.success)
    return { kind: 'problems', problems: problemsOf(document, shaped.error, 'docs/reference/signatures.md') };
  const signature = shaped.data;
  const problems = [
    ...signature.tests.positive.flatMap((sample, index) => positiveProblems(signature, sample, index, document)),
    ...signature.tests.negative.flatMap((sample, index) => negativeProblems(signature, sample, index, document)),
  ];
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'signature', signature, document };
}

function positiveProblems(signature: Signature, sample: Sample, index: number, document: YamlDocument): Problem[] {
  const path = ['tests', 'positive', index];
  const place = { file: document.file, ...document.locate(path) };
  const match = matchSignature(signature, readable(sample));
  if (!match)
    return [
      {
        ...place,
        message: `${signature.id} does not recognise this sample.`,
        remedy: 'Correct its match or the sample.',
      },
    ];
  return Object.entries(sample.captures)
    .filter(([name, value]) => match.captures[name] !== value)
    .map(([name, value]) => ({
      ...place,
      message: `${signature.id} captures ${name} as ${match.captures[name] ?? 'nothing'}, not ${value}.`,
      remedy: 'Correct the named group in match or extract.',
    }));
}

function negativeProblems(signature: Signature, sample: Sample, index: number, document: YamlDocument): Problem[] {
  if (!matchSignature(signature, readable(sample))) return [];
  return [
    {
      file: document.file,
      ...document.locate(['tests', 'negative', index]),
      message: `${signature.id} takes this sample for its own.`,
      remedy: 'Narrow its match, or except the sample with unless.',
    },
  ];
}
