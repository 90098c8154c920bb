import type { Json, PlanAnswer, RunRequest } from '@duovir/protocol';
import { resolveInputs, type InputProblem } from '../playbook/input-values.ts';
import type { Pack } from '../playbook/pack.ts';
import type { Playbook } from '../playbook/playbook-schema.ts';
import { Search, type Hit } from './search.ts';
import { fillSlots } from './slots.ts';

export interface KnownPlaybook {
  readonly pack: Pack;
  readonly playbook: Playbook;
}

type Refusal = Extract<PlanAnswer, { kind: 'refused' }>;

/** What the planner makes of a request. It never improvises: a goal it does not know is refused. */
export type Choice =
  | {
      readonly kind: 'chosen';
      readonly known: KnownPlaybook;
      readonly inputs: Readonly<Record<string, Json>>;
      readonly explanation: string;
    }
  | {
      readonly kind: 'refused';
      readonly reason: Refusal['reason'];
      readonly explanation: string;
      readonly nearest: Refusal['nearest'];
    };

/** At least this share of the goal's words must be known to the playbook. */
const COVERAGE = 0.6;
/** A runner-up this close makes the goal ambiguous. */
const CLOSE = 0.9;
const NEAREST = 5;

export class Catalogue {
  readonly #known: readonly KnownPlaybook[];
  readonly #search: Search<KnownPlaybook>;

  constructor(packs: readonly Pack[]) {
    this.#known = packs.flatMap((pack) => pack.playbooks.map((playbook) => ({ pack, playbook })));
    this.#search = new Search(
      this.#known.map((known) => ({
        item: known,
        tags: known.playbook.metadata.tags,
        title: known.playbook.metadata.title,
        texts: [...known.playbook.metadata.synonyms, known.playbook.metadata.id, ...slotWords(known.playbook)],
      })),
    );
  }

  choose(request: Pick<RunRequest, 'goal' | 'inputs' | 'playbook'>): Choice {
    const hits = this.#search.find(request.goal);
    if (request.playbook !== undefined) return this.#named(request.playbook, request, hits);
    const acceptable = hits.filter(
      ({ namesTag, coverage, strangeActs }) => namesTag && coverage >= COVERAGE && strangeActs.length === 0,
    );
    const [first, second] = acceptable;
    if (!first) return refused('goal-unknown', unknownBecause(hits[0]), hits);
    if (second && second.score >= first.score * CLOSE)
      return refused(
        'goal-ambiguous',
        `The goal fits ${nameOf(first.item)} and ${nameOf(second.item)}. Say which, or name the playbook.`,
        hits,
      );
    return bind(
      first.item,
      request,
      hits,
      `The goal matches ${nameOf(first.item)} (${first.item.playbook.metadata.title}).`,
    );
  }

  /** `<pack>/<playbook>` */
  named(name: string): KnownPlaybook | undefined {
    return this.#known.find((known) => nameOf(known) === name);
  }

  /** Every playbook, the nearest to the goal first. */
  ranked(goal: string): readonly KnownPlaybook[] {
    return this.#search.find(goal).map(({ item }) => item);
  }

  #named(name: string, request: Pick<RunRequest, 'goal' | 'inputs'>, hits: readonly Hit<KnownPlaybook>[]): Choice {
    const known = this.named(name);
    if (!known) return refused('goal-unknown', `There is no playbook ${name}.`, hits);
    return bind(known, request, hits, `The request names ${name}.`);
  }
}

function bind(
  known: KnownPlaybook,
  { goal, inputs }: Pick<RunRequest, 'goal' | 'inputs'>,
  hits: readonly Hit<KnownPlaybook>[],
  why: string,
): Choice {
  const declared = known.playbook.inputs;
  const slots = fillSlots(declared, goal);
  const contradicted = Object.entries(slots.inputs)
    .filter(([name, value]) => Object.hasOwn(inputs, name) && JSON.stringify(inputs[name]) !== JSON.stringify(value))
    .map(([name, value]) => ({
      input: name,
      why: `The goal says ${JSON.stringify(value)}, the inputs say ${JSON.stringify(inputs[name])}.`,
    }));
  const resolved = resolveInputs(declared, { ...slots.inputs, ...inputs });
  const problems: InputProblem[] = [
    ...slots.problems,
    ...contradicted,
    ...(resolved.kind === 'invalid' ? resolved.problems : []),
  ];
  if (problems.length > 0 || resolved.kind === 'invalid')
    return refused(
      'inputs-invalid',
      `${nameOf(known)} cannot be bound. ${problems.map((problem) => `${problem.input}: ${problem.why}`).join(' ')}`,
      hits,
    );
  const filled = Object.entries(slots.inputs).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const explanation = filled.length > 0 ? `${why} From the goal's words: ${filled.join(', ')}.` : why;
  return { kind: 'chosen', known, inputs: resolved.inputs, explanation: explanation.slice(0, 2000) };
}

function unknownBecause(best: Hit<KnownPlaybook> | undefined): string {
  if (!best || best.score === 0) return 'No playbook knows this goal.';
  const name = nameOf(best.item);
  if (best.strangeActs.length > 0)
    return `No playbook knows this goal: ${name} does not ${best.strangeActs.join(' or ')}.`;
  if (!best.namesTag)
    return `No playbook knows this goal: it names none of what ${name} is about (${best.item.playbook.metadata.tags.join(', ')}).`;
  return `No playbook knows this goal: ${name} knows only ${Math.round(best.coverage * 100)} % of its words.`;
}

function refused(reason: Refusal['reason'], explanation: string, hits: readonly Hit<KnownPlaybook>[]): Choice {
  const nearest = hits.slice(0, NEAREST).map(({ item, score }) => ({
    playbook: nameOf(item),
    title: item.playbook.metadata.title,
    score: Math.round(score * 100) / 100,
  }));
  return { kind: 'refused', reason, explanation: explanation.slice(0, 4000), nearest };
}

function slotWords(playbook: Playbook): string[] {
  return Object.values(playbook.inputs).flatMap(({ slot }) =>
    slot && 'label' in slot ? slot.label : slot && 'count' in slot ? slot.count : [],
  );
}

export function nameOf({ pack, playbook }: KnownPlaybook): string {
  return `${pack.id}/${playbook.metadata.id}`;
}
