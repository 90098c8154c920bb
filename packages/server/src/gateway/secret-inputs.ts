import type { Json, RunRequest } from '@duovir/protocol';
import { strengthOf } from '@duovir/egress';
import { secretsIn } from '@duovir/policy';

export interface SecretInput {
  /** Where it came from, without a part of it. */
  readonly label: string;
  readonly value: string;
}

/** Shorter ones would be found everywhere by accident; detectors look at them in their place. */
const SHORTEST = 8;
/** `NAME=value` of an environment file, `name: value` of YAML, also as an item of a list, quoted or not. */
const assignment =
  /^[ \t]*(?:-[ \t]+)?(?:export[ \t]+)?["']?([A-Za-z_][\w.-]{0,127})["']?[ \t]*[:=][ \t]*(["']?)(\S.*?)\2[ \t,;]*$/gm;
const credentialsInUrl = /[a-z][a-z0-9+.-]{0,31}:\/\/[^\s/:@]{0,256}:([^\s/@]{1,512})@/gi;
/** `the password is …`, as people write goals. */
const spoken =
  /\b(?:pass(?:word|phrase|code|wd)|secret|token|credentials?|(?:api|access|private|license)[ -]?key)s?\b(?:\s+(?:is|are|be|must be|should be|shall be|to be|set to)\s+|\s*[:=]\s*|\s+(?=\S*[\d!-/:-@[-`{-~]))["'`“”]?([^\s"'`“”]{8,512})/gi;
/** Of a kubeconfig: what gives access without being called a secret. */
const kubeconfigFields = new Set(['client-key-data', 'client-certificate-data', 'token', 'password']);

/** Values a request brings with it that no model may see: by the names they stand under, and by their form. */
export function secretInputs({ goal, inputs }: RunRequest): SecretInput[] {
  const found = [...secretsInText('the goal', goal)];
  for (const [name, value] of Object.entries(inputs)) found.push(...secretsBelow(`input ${name}`, name, value));
  return longEnough(found);
}

/** The same for what a person says later on, in words. */
export function secretWords(label: string, text: string): SecretInput[] {
  return longEnough([...secretsInText(label, text)]);
}

function longEnough(found: readonly SecretInput[]): SecretInput[] {
  const distinct = new Map(found.map((secret) => [secret.value, secret]));
  return [...distinct.values()].filter(({ value }) => value.replaceAll(/\s/g, '').length >= SHORTEST);
}

function* secretsBelow(label: string, name: string, value: Json): Generator<SecretInput> {
  if (typeof value === 'string') {
    if (strengthOf(name) === 'secret') yield { label, value };
    yield* secretsInText(label, value);
  } else if (typeof value === 'number') {
    if (strengthOf(name) === 'secret') yield { label, value: String(value) };
  } else if (Array.isArray(value)) {
    for (const item of value) yield* secretsBelow(label, name, item);
  } else if (typeof value === 'object' && value !== null) {
    const fields = new Map(Object.entries(value));
    const named = fields.get('name');
    for (const [field, item] of fields)
      // `{name: DB_PASSWORD, value: …}`, as containers have their environment.
      yield* secretsBelow(label, field === 'value' && typeof named === 'string' ? named : field, item);
  }
}

function* secretsInText(label: string, text: string): Generator<SecretInput> {
  for (const [, name = '', , value = ''] of text.matchAll(assignment))
    if (strengthOf(name) === 'secret' || kubeconfigFields.has(name)) yield { label, value };
  for (const [, value = ''] of text.matchAll(spoken))
    // `The password is required.`
    if (!/^[a-z]+[.,;:!?)]*$/.test(value)) yield { label, value: value.replace(/[.,;:!?)]+$/, '') };
  for (const [, password = ''] of text.matchAll(credentialsInUrl)) {
    yield { label, value: password };
    yield { label, value: decoded(password) };
  }
  for (const { start, end } of secretsIn(text)) yield { label, value: text.slice(start, end) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // Not escaped, then: it stands for itself.
    if (error instanceof URIError) return text;
    throw error;
  }
}
