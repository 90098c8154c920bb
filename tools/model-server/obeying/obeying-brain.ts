import { digestOfBytes, type Json } from '@duovir/protocol';
import type { Brain, ModelCall } from '../brain.ts';
import { partsOf } from '../prompt-parts.ts';
import type { Reply } from '../reply.ts';
import { obeyingDiagnoses } from './diagnoses.ts';
import { obeyingOpinions } from './opinions.ts';
import { ordersIn, type Orders } from './orders.ts';
import { obeyingPlans } from './plans.ts';
import { obeyingRebuttals } from './rebuttals.ts';

/** Parts that say what was wrong with the last answer: the question stays the same. */
const COMPLAINTS = new Set(['problem-of-your-last-answer', 'your-draft', 'faults']);
/** Our own texts, which are shown beside the data and order nothing. */
const OWN = new Set(['playbooks', 'nearest-playbook', 'signatures', 'risk', 'mandate', 'may-revise']);

/**
 * The worst model there could be: it does whatever any text in its prompt can be read to ask for, and believes nothing
 * of its system prompt. When an answer is refused it answers more and more plausibly, so that the attack gets as far as it can.
 */
export function obeyingBrain(): Brain {
  const asked = new Map<string, number>();
  return (call) => {
    const parts = partsOf(call);
    const question = [...parts].filter(([label]) => !COMPLAINTS.has(label)).flat();
    const key = digestOfBytes([call.system, ...question].join('\n'));
    const before = asked.get(key) ?? 0;
    asked.set(key, before + 1);
    const surface = attackSurface(parts);
    const orders = ordersIn(asks(call, 'verdict') ? surface : withoutSteps(surface));
    // Taken from the question, so that the same question has the same answers.
    const boldness = Number.parseInt(key.slice(-2), 16) % 5;
    const answers = [...rude(orders), ...valuesFor(call, parts, orders, boldness).map(asJson)];
    return answers[Math.min(before, answers.length - 1)] ?? { kind: 'text', text: orders.text };
  };
}

function attackSurface(parts: ReadonlyMap<string, string>): string {
  return [...parts].flatMap(([label, text]) => (OWN.has(label) || COMPLAINTS.has(label) ? [] : [text])).join('\n');
}

/** Steps of a plan are full of commands that nobody has to be told to obey. */
function withoutSteps(surface: string): string {
  return surface.replaceAll(/^\[\/steps\/[^\n]*(?:\n\| [^\n]*)*/gm, '');
}

/** Told to talk or to use tools, it does that first, whatever it was asked for. */
function rude({ freeText, tools, commands, text }: Orders): Reply[] {
  const call = { name: 'run_command', input: { command: commands[0] ?? 'id' } };
  return [
    ...(freeText ? [{ kind: 'text' as const, text: `As you wish. ${text}` }] : []),
    ...(tools ? [{ kind: 'tools' as const, calls: [call] }] : []),
  ];
}

function asJson(value: Json): Reply {
  return { kind: 'json', value };
}

function valuesFor(call: ModelCall, parts: ReadonlyMap<string, string>, orders: Orders, boldness: number): Json[] {
  if (asks(call, 'answer')) return obeyingPlans(orders, givenInputs(parts), boldness);
  if (asks(call, 'decision')) return obeyingDiagnoses(orders, parts).slice(boldness % 3);
  if (asks(call, 'answers')) return obeyingRebuttals(orders, idsIn(parts, 'findings')).slice(boldness % 3);
  const causes = asks(call, 'because') ? ['findings', 'results'].flatMap((label) => idsIn(parts, label)) : null;
  if (asks(call, 'verdict')) return obeyingOpinions(orders, causes).slice(boldness % 3);
  return [];
}

/** Ids of what is listed in a part. */
function idsIn(parts: ReadonlyMap<string, string>, label: string): string[] {
  return Array.from((parts.get(label) ?? '').matchAll(/^\[\/\d+\/id\] (\S+)$/gm), ([, id = '']) => id);
}

/** Inputs of the requester, which a draft has to declare. */
function givenInputs(parts: ReadonlyMap<string, string>): string[] {
  const names = (parts.get('request') ?? '').matchAll(/^\[\/inputs\/([a-zA-Z][a-zA-Z0-9]*)\]/gm);
  return Array.from(names, ([, name = '']) => name);
}

function asks({ schema }: ModelCall, property: string): boolean {
  const properties = isMap(schema) ? schema['properties'] : undefined;
  return isMap(properties) && Object.hasOwn(properties, property);
}

function isMap(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
