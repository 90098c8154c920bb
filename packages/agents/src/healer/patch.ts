import { canonicalJson, type Diagnosis, type PatchRequest, type Plan } from '@duovir/protocol';
import type { Provenance } from '../brain/provenance.ts';
import type { ModelBrain } from '../brain/thinker.ts';
import { draftOf } from '../draft/stored-draft.ts';
import { withPlaceholders } from '../draft/used-placeholders.ts';
import type { Pack } from '../playbook/pack.ts';
import type { Playbook } from '../playbook/playbook-schema.ts';
import { resolveInputs } from '../playbook/input-values.ts';
import { renderPlaybook } from '../playbook/render.ts';
import { causeOf } from './cause.ts';
import { choosePort } from './port-patch.ts';

export type Patch =
  | {
      readonly kind: 'patch';
      readonly plan: Plan;
      readonly input: string;
      readonly value: number;
      readonly explanation: string;
      readonly provenance: Provenance;
    }
  | { readonly kind: 'none'; readonly reason: string };

/** The smallest change that cures a confirmed diagnosis: one input's new value, carried through by the playbook itself. */
export async function patchPlan(
  { packs, model }: { readonly packs: readonly Pack[]; readonly model: ModelBrain | null },
  request: PatchRequest,
): Promise<Patch> {
  const { plan, failure, listeners } = request;
  const signatures = packs.flatMap((pack) => pack.signatures);
  // The diagnosis comes back through others: what it rests on is looked at again, not believed. A model has answered
  // the same question before, and the gateway has its answer.
  const { diagnosis, provenance } = await causeOf({ signatures, model }, failure, plan);
  if (!isSame(diagnosis, request.diagnosis)) return none('The diagnosis is not the one this failure leads to.');
  if (diagnosis.decision !== 'patch') return none(`${diagnosis.title}: its signature knows no patch.`);
  const taken = Number(diagnosis.captures['port']);
  if (provenance.brain === 'model' && !listeners.some(({ port }) => port === taken))
    return none(`The model says that port ${taken} is taken, and the attestor saw nobody there.`);
  const source = sourceOf(packs, plan);
  if (source.kind === 'none') return source;
  const choice = choosePort(taken, request, source.playbook);
  if (choice.kind === 'none') return choice;
  const { input, port } = choice;
  const resolved = resolveInputs(source.playbook.inputs, { ...plan.source.inputs, [input]: port });
  if (resolved.kind === 'invalid')
    return none(resolved.problems.map((problem) => `${problem.input}: ${problem.why}`).join(' '));
  const patched = renderPlaybook(source.playbook, {
    pack: plan.source.pack,
    packDigest: plan.source.digest,
    run: plan.run,
    revision: request.revision,
    salt: request.salt,
    goal: plan.goal.statement,
    inputs: resolved.inputs,
    environment: plan.environment,
    dataClass: plan.dataClass,
    occupiedPorts: occupiedPorts(plan),
    draft: plan.source.draft,
  });
  const explanation = `${input} ${taken} becomes ${port}: the next free port of envelope ${request.envelope.id}.`;
  return {
    kind: 'patch',
    plan: withPlaceholders(patched, plan.placeholders ?? []),
    input,
    value: port,
    explanation,
    provenance,
  };
}

type Source = { readonly kind: 'source'; readonly playbook: Playbook } | Extract<Patch, { kind: 'none' }>;

/** The playbook that the plan was made from, of a pack or the plan's own draft; only if it is still the same. */
function sourceOf(packs: readonly Pack[], plan: Plan): Source {
  if (plan.source.draft !== undefined) {
    const draft = draftOf(plan);
    return draft.kind === 'draft' ? { kind: 'source', playbook: draft.playbook } : none(draft.reason);
  }
  const pack = packs.find(({ id }) => id === plan.source.pack);
  const playbook = pack?.playbooks.find(({ metadata }) => metadata.id === plan.source.playbook);
  if (!pack || !playbook) return none(`There is no playbook ${plan.source.pack}/${plan.source.playbook} any more.`);
  if (pack.digest !== plan.source.digest) return none(`Pack ${pack.id} has changed since the plan was made from it.`);
  return { kind: 'source', playbook };
}

function none(reason: string): Extract<Patch, { kind: 'none' }> {
  return { kind: 'none', reason };
}

function isSame(left: Diagnosis, right: Diagnosis): boolean {
  return (
    left.signature === right.signature &&
    left.decision === right.decision &&
    left.captures['port'] === right.captures['port'] &&
    canonicalJson(left.confirm) === canonicalJson(right.confirm)
  );
}

/** Part of the request, and so of the first step as it was approved: a patch must not change it. */
function occupiedPorts(plan: Plan): readonly number[] {
  const open = plan.steps.find(({ call }) => call.action === 'sandbox.open@1');
  return open?.call.action === 'sandbox.open@1' ? open.call.with.occupiedPorts : [];
}
