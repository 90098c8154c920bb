import { addName, learnSchema, RegisteredValues, type KeyResolver, type SensitiveFacts } from '@duovir/egress';
import type { Json } from '@duovir/protocol';
import type { Placeholders } from '../store/placeholders.ts';
import type { Runs } from '../store/runs.ts';
import { secretInputs, type SecretInput } from './secret-inputs.ts';

interface Sources {
  readonly runs: Pick<Runs, 'accepted'>;
  readonly placeholders: Placeholders;
  readonly keys: Pick<KeyResolver, 'known'>;
  /** Secrets of the server itself. */
  readonly own: readonly SecretInput[];
}

/** Everything that must not leave a run, and the vault of what stands for it (Invariant 7). */
export async function sensitiveValues(
  { runs, placeholders, keys, own }: Sources,
  run: string,
): Promise<SensitiveFacts> {
  const { request } = await runs.accepted(run);
  const registered = new RegisteredValues();
  for (const { label, value } of [...own, ...keys.known(), ...secretInputs(request)]) registered.register(label, value);
  const schema = await placeholders.schema(run);
  for (const text of [request.goal, ...textsIn(request.inputs)])
    for (const [name, kind] of await learnSchema(text)) addName(schema, name, kind);
  return { registered, vault: await placeholders.vault(run), schema, store: () => placeholders.save(run) };
}

/** Whoever asks later may know of a table only by the request that named it. */
function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
