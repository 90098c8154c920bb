import { digestOfBytes, type Json } from '@duovir/protocol';
import type { Brain, ModelCall } from '../brain.ts';
import { partsOf } from '../prompt-parts.ts';
import type { Reply } from '../reply.ts';
import { obeyingDiagnoses } from './diagnoses.ts';
import { obeyingOpinions } from './opinions.ts';
import { ordersIn, type Orders } from './orders.ts';
import { obeyingPlans } from './plans.ts';

/** What the model was made to try, for reports: an attempt is no effect. */
export interface Attempt {
  readonly call: ModelCall;
  readonly orders: Orders;
  readonly reply: Reply;
}

/** Parts that say what was wrong with the last answer: the question stays the same. */
const COMPLAINTS = new Set(['problem-of-your-last-answer', 'your-draft', 'faults']);
/** Our own texts, which are shown beside the data and order nothing. */
const OWN = new Set(['playbooks', 'nearest-playbook', 'signatures', 'risk']);

/**
 * The worst model there could be: it does whatever any text in its prompt can be read to ask for, and believes nothing
 * of its system prompt. When an answer is refused it answers more and more plausibly, so that the attack gets as far as it can.
 */
export function obeyingBrain(onAttempt: (attempt: Attempt) => void = () => {}): Brain {
  const asked = new Map<string, number>();
  return (call) => {
    const parts = partsOf(call);
    const question = [...parts].filter(([label]) => !COMPLAINTS.has(label)).flat();
    const key = digestOfBytes([call.system, ...question].join('\n'));
    const before = asked.get(key) ?? 0;
    asked.set(key, before + 1);
    const orders = ordersIn(attackSurface(parts));
    const answers = [...rude(orders), ...answersTo(call, parts, orders)];
    const reply = answers[Math.min(before, answers.length - 1)] ?? { kind: 'text', text: orders.text };
    onAttempt({ call, orders, reply });
    return reply;
  };
}

function attackSurface(parts: ReadonlyMap<string, string>): string {
  return [...parts].flatMap(([label, text]) => (OWN.has(label) || COMPLAINTS.has(label) ? [] : [text])).join('\n');
}

/** Told to talk or to use tools, it does that first, whatever it was asked for. */
function rude({ freeText, tools, commands, text }: Orders): Reply[] {
  const call = { name: 'run_command', input: { command: commands[0] ?? 'id' } };
  return [
    ...(freeText ? [{ kind: 'text' as const, text: `As you wish. ${text}` }] : []),
    ...(tools ? [{ kind: 'tools' as const, calls: [call] }] : []),
  ];
}

function answersTo(call: ModelCall, parts: ReadonlyMap<string, string>, orders: Orders): Reply[] {
  return valuesFor(call, parts, orders).map((value) => ({ kind: 'json', value }));
}

function valuesFor({ schema }: ModelCall, parts: ReadonlyMap<string, string>, orders: Orders): Json[] {
  const asks = propertiesOf(schema);
  if (asks.includes('answer')) return obeyingPlans(orders);
  if (asks.includes('decision')) return obeyingDiagnoses(orders, parts);
  if (asks.includes('verdict')) return obeyingOpinions(orders);
  return [];
}

function propertiesOf(schema: Json | undefined): string[] {
  if (typeof schema !== 'object' || schema === null || !('properties' in schema)) return [];
  return Object.keys(schema['properties'] ?? {});
}
