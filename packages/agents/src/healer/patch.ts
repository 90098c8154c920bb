import type { Diagnosis, PatchRequest, Plan } from '@duovir/protocol';
import type { Pack } from '../playbook/pack.ts';
import { resolveInputs } from '../playbook/input-values.ts';
import { renderPlaybook } from '../playbook/render.ts';
import { diagnose } from '../signature/diagnose.ts';
import { choosePort } from './port-patch.ts';

export type Patch =
  | {
      readonly kind: 'patch';
      readonly plan: Plan;
      readonly input: string;
      readonly value: number;
      readonly explanation: string;
    }
  | { readonly kind: 'none'; readonly reason: string };

/** The smallest change that cures a confirmed diagnosis: one input's new value, carried through by the playbook itself. */
export function patchPlan(packs: readonly Pack[], request: PatchRequest): Patch {
  const { plan, failure } = request;
  const signatures = packs.flatMap((pack) => pack.signatures);
  // The diagnosis comes back through others: what it rests on is looked at again, not believed.
  const diagnosis = diagnose(signatures, failure, plan);
  if (!isSame(diagnosis, request.diagnosis)) return none('The diagnosis is not the one this failure leads to.');
  if (diagnosis.decision !== 'patch') return none(`${diagnosis.title}: its signature knows no patch.`);
  const pack = packs.find(({ id }) => id === plan.source.pack);
  const playbook = pack?.playbooks.find(({ metadata }) => metadata.id === plan.source.playbook);
  if (!pack || !playbook) return none(`There is no playbook ${plan.source.pack}/${plan.source.playbook} any more.`);
  if (pack.digest !== plan.source.digest) return none(`Pack ${pack.id} has changed since the plan was made from it.`);
  const choice = choosePort(Number(diagnosis.captures['port']), request, playbook);
  if (choice.kind === 'none') return choice;
  const { input, port } = choice;
  const resolved = resolveInputs(playbook.inputs, { ...plan.source.inputs, [input]: port });
  if (resolved.kind === 'invalid')
    return none(resolved.problems.map((problem) => `${problem.input}: ${problem.why}`).join(' '));
  const patched = renderPlaybook(playbook, {
    pack: pack.id,
    packDigest: pack.digest,
    run: plan.run,
    revision: request.revision,
    salt: request.salt,
    goal: plan.goal.statement,
    inputs: resolved.inputs,
    environment: plan.environment,
    dataClass: plan.dataClass,
    occupiedPorts: occupiedPorts(plan),
  });
  const before = diagnosis.captures['port'];
  const explanation = `${input} ${before} becomes ${port}: the next free port of envelope ${request.envelope.id}.`;
  return { kind: 'patch', plan: patched, input, value: port, explanation };
}

function none(reason: string): Patch {
  return { kind: 'none', reason };
}

function isSame(left: Diagnosis, right: Diagnosis): boolean {
  return (
    left.signature === right.signature &&
    left.decision === right.decision &&
    left.captures['port'] === right.captures['port']
  );
}

/** Part of the request, and so of the first step as it was approved: a patch must not change it. */
function occupiedPorts(plan: Plan): readonly number[] {
  const open = plan.steps.find(({ call }) => call.action === 'sandbox.open@1');
  return open?.call.action === 'sandbox.open@1' ? open.call.with.occupiedPorts : [];
}
