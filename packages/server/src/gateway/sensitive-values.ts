import { addName, RegisteredValues, type Guard, type KeyResolver, type SensitiveFacts } from '@duovir/egress';
import type { Json, Model } from '@duovir/protocol';
import type { Placeholders } from '../store/placeholders.ts';
import type { Runs } from '../store/runs.ts';
import { secretInputs, secretWords, type SecretInput } from './secret-inputs.ts';

interface Sources {
  readonly runs: Pick<Runs, 'accepted' | 'clarification'>;
  readonly placeholders: Placeholders;
  readonly keys: KeyResolver;
  readonly guard: Pick<Guard, 'learnSchema'>;
  readonly models: readonly Model[];
  /** Secrets of the server itself. */
  readonly own: readonly SecretInput[];
}

/** Everything that must not leave a run, and the vault of what stands for it (Invariant 7). */
export async function sensitiveValues(
  { runs, placeholders, keys, guard, models, own }: Sources,
  run: string,
): Promise<SensitiveFacts> {
  const { request } = await runs.accepted(run);
  const { answer = '' } = (await runs.clarification(run)) ?? {};
  // Also those of models that nobody has asked yet. One that cannot be found is not in this process, so it cannot leave.
  await Promise.allSettled(models.map((model) => keys.keyFor(model)));
  const registered = new RegisteredValues();
  const given = [...secretInputs(request), ...secretWords('the answer to a question', answer)];
  for (const { label, value } of [...own, ...keys.known(), ...given]) registered.register(label, value);
  const schema = await placeholders.schema(run);
  const texts = [request.goal, answer, ...textsIn(request.inputs)];
  for (const [name, kind] of await guard.learnSchema(texts)) addName(schema, name, kind);
  return { registered, vault: await placeholders.vault(run), schema, store: () => placeholders.save(run) };
}

/** Whoever asks later may know of a table only by the request that named it. */
function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
