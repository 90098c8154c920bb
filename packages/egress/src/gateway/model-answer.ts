import { jsonSchema, plainText, type BoundPlaceholder, type Json } from '@duovir/protocol';
import { EgressError } from '../error.ts';
import type { Guard } from '../guard/guard.ts';
import type { Written } from '../provider/ask-model.ts';
import { mapTexts, textsIn } from './json-text.ts';
import type { SensitiveFacts } from './ports.ts';

export interface ReadAnswer {
  readonly value: Json;
  readonly placeholders: readonly BoundPlaceholder[];
}

const MOST_PLACEHOLDERS = 512;

/**
 * What a model wrote, as data for whoever asked (Invariant 10). Its form is closed by the asker; here it loses what
 * people would not see, and must name no placeholder and no secret that was not in its `prompt`.
 */
export async function readAnswer(
  written: Written,
  prompt: string,
  facts: SensitiveFacts,
  guard: Guard,
): Promise<ReadAnswer> {
  if (written.end === 'declined') throw new EgressError('answer-invalid', 'The model declined to answer.');
  if (written.end === 'cut') throw new EgressError('answer-invalid', 'The answer was cut off at its greatest length.');
  const value = mapTexts(parseAnswer(written.text), (text) => plainText(text).normalize('NFC'));
  const text = textsIn(value).join('\n');
  const { registered, vault } = facts;
  const used = vault.issuedIn(text);
  const given = new Set(vault.issuedIn(prompt));
  // Some can be guessed, as an address of a network for documentation: issued in this run is not enough.
  if (vault.unknownIn(text).length > 0 || used.some((placeholder) => !given.has(placeholder)))
    throw new EgressError('answer-forged', 'The answer names a placeholder that the model was never given.');
  if (registered.find(text).length > 0)
    throw new EgressError('answer-forged', 'The answer holds a registered value that the model was never shown.');
  const secret = (await guard.detect(text)).find(({ tier }) => tier === 'block');
  if (secret) throw new EgressError('answer-forged', `The answer holds what looks like a secret (${secret.rule}).`);
  const placeholders = used.map(({ placeholder, kind, commitment }) => ({ placeholder, kind, commitment }));
  if (placeholders.length > MOST_PLACEHOLDERS)
    throw new EgressError('answer-invalid', `The answer uses more than ${MOST_PLACEHOLDERS} placeholders.`);
  return { value, placeholders };
}

/** Models that cannot be held to a schema like to fence their JSON in. */
const FENCED = /^\s*```(?:json)?\n([\s\S]*)\n```\s*$/;

function parseAnswer(text: string): Json {
  try {
    return jsonSchema.parse(JSON.parse(FENCED.exec(text)?.[1] ?? text));
  } catch {
    throw new EgressError('answer-invalid', 'The answer is no JSON.');
  }
}
