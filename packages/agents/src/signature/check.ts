import { checked, type Checked, type Problem } from '../playbook/problem.ts';
import { shaped } from '../playbook/source-file.ts';
import type { YamlDocument } from '../playbook/yaml-document.ts';
import { matchSignature, readable } from './match.ts';
import { signatureSchema, type Sample, type Signature } from './signature-schema.ts';

/** Runs a signature's own samples through it. */
export function checkSignature(document: YamlDocument): Checked<Signature> {
  const parsed = shaped(document, signatureSchema, 'docs/reference/signature.schema.json');
  if (parsed.kind === 'problems') return parsed;
  const { tests } = parsed.value;
  return checked(parsed.value, [
    ...tests.positive.flatMap((sample, index) => positiveProblems(parsed.value, sample, index, document)),
    ...tests.negative.flatMap((sample, index) => negativeProblems(parsed.value, sample, index, document)),
  ]);
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
