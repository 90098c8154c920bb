import { canonicalJson, planDigest, pointerOf, type Plan, type WhyAnswer, type WhyLink } from '@duovir/protocol';
import { valuesOfStep } from '@duovir/server/values/step-values';
import type { Client } from '@duovir/sdk';
import { linkProblem } from './link-rules.ts';
import type { CheckedEntry, ProvenEntries, ProvenEntry } from './proven-entries.ts';

/** What of an answer holds. `problems`: by the place of the link in the chain, -1 for the value itself. */
export interface CheckedAnswer {
  readonly ok: boolean;
  readonly verified: number;
  readonly problems: readonly { readonly link: number; readonly reason: string }[];
  /** The plan in which the value stands; undefined when it was shredded or is another. */
  readonly plan: Plan | undefined;
}

/** Verified by who asks: each link in the log and signed, each saying what it is there for, and the value in the plan they name. */
export async function checkAnswer(client: Client, entries: ProvenEntries, answer: WhyAnswer): Promise<CheckedAnswer> {
  const checked = await Promise.all(answer.chain.map(({ entry }) => entries.entry(entry)));
  const plan = await planOf(client, answer);
  const proven = checked.map((entry) => (entry.kind === 'proven' ? entry : undefined));
  const problems = answer.chain.flatMap((link, place) => {
    const reason = problemOf(link, checked[place], { answer, proven, plan });
    return reason === undefined ? [] : [{ link: place, reason }];
  });
  const wrong = valueProblem(answer, proven, plan);
  const all = wrong === undefined ? problems : [{ link: -1, reason: wrong }, ...problems];
  return { ok: all.length === 0, verified: answer.chain.length - problems.length, problems: all, plan };
}

/** What a link is judged by. */
export interface Judging {
  readonly answer: WhyAnswer;
  /** By place in the chain. */
  readonly proven: readonly (ProvenEntry | undefined)[];
  readonly plan: Plan | undefined;
}

function problemOf(link: WhyLink, entry: CheckedEntry | undefined, judging: Judging): string | undefined {
  if (!entry) return 'no entry is named';
  return entry.kind === 'unproven' ? entry.reason : linkProblem(link, entry, judging);
}

/** Of the digest that the answer names, or it is no plan. */
async function planOf(client: Client, { run, motion }: WhyAnswer): Promise<Plan | undefined> {
  const found = (await client.motions(run)).find(({ digest }) => digest === motion)?.plan;
  return found && planDigest(found) === motion ? found : undefined;
}

/** A forged row of the index is found here: the attested plan has no such value. */
function valueProblem(answer: WhyAnswer, proven: Judging['proven'], plan: Plan | undefined): string | undefined {
  const { value, motion, resource, pointer, step } = answer;
  const [attestation] = proven;
  if (!attestation || attestation.statement.subject !== motion) return 'the plan is not the one that was attested';
  if (typeof value === 'object' && value?.kind === 'shredded') return undefined;
  if (!plan) return 'the plan that would show the value is not there';
  const values = valuesOfStep(plan, step).filter((one) => one.resource === resource);
  const there = values.find(({ path }) => pointerOf(path) === pointer);
  const isAbsent = typeof value === 'object' && value?.kind === 'absent';
  // Written without it, or removed as a whole.
  if (isAbsent && pointer !== '')
    return there === undefined && values.some(({ path }) => path.length === 0) ? undefined : 'the plan has the value';
  return there && canonicalJson(there.value) === canonicalJson(value) ? undefined : 'the plan does not have this value';
}
