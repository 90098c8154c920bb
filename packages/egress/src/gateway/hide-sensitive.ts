import { plainText, type ModelQuestion, type PlaceholderKind } from '@duovir/protocol';
import type { SensitiveSpan } from '../detector/finding.ts';
import { EgressError } from '../error.ts';
import type { Guard, Look } from '../guard/guard.ts';
import { tokenise, type SensitivePart } from '../placeholder/tokenise.ts';
import { addName } from '../sql/schema-names.ts';
import type { SensitiveFacts } from './ports.ts';

type Redactions = Partial<Record<PlaceholderKind, number>>;
type Part = ModelQuestion['parts'][number];

export interface HiddenParts {
  readonly parts: readonly Part[];
  readonly redactions: Redactions;
}

/** The first hook (Invariant 7): every part of a prompt with placeholders for all that must not leave, and nothing invisible. */
export async function hideSensitive(parts: readonly Part[], facts: SensitiveFacts, guard: Guard): Promise<HiddenParts> {
  const { vault, schema } = facts;
  const redactions: Redactions = {};
  // A registered value may itself hold characters that plain text has not, so it is looked for before and after.
  const plain = parts.map(({ label, text }) => {
    const known = tokenise(text, registeredPartsIn(text, facts), vault);
    addTo(redactions, known.redactions);
    return { label, text: plainText(known.text).normalize('NFC') };
  });
  const { looks, names } = await guard.look(
    plain.map(({ text }) => text),
    schema,
  );
  for (const [name, kind] of names) addName(schema, name, kind);
  const hidden = plain.map(({ label, text }, index) => {
    const { spans, sql } = lookAt(looks, index);
    const tokenised = tokenise(text, [...registeredPartsIn(text, facts), ...spans.map(partOf), ...sql], vault);
    addTo(redactions, tokenised.redactions);
    return { label, text: tokenised.text };
  });
  return { parts: hidden, redactions };
}

/** For what is written once and for all, as prompt files and schemas: something sensitive in it is a mistake, not data. */
export async function assertNothingSensitive(
  what: string,
  text: string,
  { registered }: SensitiveFacts,
  guard: Guard,
): Promise<void> {
  const [value] = registered.find(text);
  if (value) throw new EgressError('egress-blocked', `${what} holds a registered value.`);
  const [finding] = await guard.detect(text);
  if (finding) throw new EgressError('egress-blocked', `${what} holds something sensitive (${finding.rule}).`);
}

/** A part that was not looked at does not leave. */
function lookAt(looks: readonly Look[], index: number): Look {
  const look = looks[index];
  if (!look) throw new EgressError('guard-failed', 'A part of the prompt was not looked at.');
  return look;
}

function registeredPartsIn(text: string, { registered }: SensitiveFacts): SensitivePart[] {
  return registered.find(text).map(({ start, end }) => ({ start, end, kind: 'secret' }));
}

function partOf({ start, end, kind }: SensitiveSpan): SensitivePart {
  return { start, end, kind: kind === 'sql' ? 'secret' : kind };
}

function addTo(sum: Redactions, more: Redactions): void {
  for (const [kind, count] of Object.entries(more) as [PlaceholderKind, number][]) sum[kind] = (sum[kind] ?? 0) + count;
}
