import { mentionsPort, pointer } from '@duovir/policy';
import { listenerSchema, probeOutcomeSchema, type FindingCheck, type Listener } from '@duovir/protocol';
import * as z from 'zod';
import { differencesOfInputs } from '../changed-inputs.ts';
import { contains } from '../finding-check.ts';
import type { Look, ReviewRule } from '../rule.ts';
import type { ReviewSubject } from '../subject.ts';
import { textLeaves } from '../text-leaves.ts';

/** What the attestor saw when it confirmed the diagnosis; anything else confirms nothing (Invariant 6). */
const observationSchema = z.object({
  observations: z.array(z.object({ outcome: probeOutcomeSchema })).min(1),
  listeners: z.array(listenerSchema),
});

export const healConfirmed: ReviewRule = {
  id: 'reliability.heal-confirmed',
  severity: 'high',
  text: 'The cause was seen by the attestor before anything is patched; a plausible cause is not enough.',
  *look({ kind, evidence }) {
    if (kind !== 'heal') return;
    const place: Look = { step: evidence.heal?.step ?? null, at: '/source/inputs' };
    const seen = observationSchema.safeParse(evidence.heal?.observation);
    const confirmed = seen.success && seen.data.observations.every(({ outcome }) => outcome === 'succeeded');
    yield confirmed ? place : { ...place, claim: 'No observation confirms the cause that this heal would cure.' };
  },
};

export const healPortFree: ReviewRule = {
  id: 'reliability.heal-port-free',
  severity: 'high',
  text: 'After the patch no service wants a socket that somebody else was seen to hold.',
  *look(subject) {
    if (subject.kind !== 'heal') return;
    for (const { step, index, name, address, port } of subject.services) {
      const holder = strangers(subject).find((listener) => listener.port === port && overlaps(listener, address));
      yield {
        step: step.id,
        at: pointer('steps', index, 'call', 'with', 'ready'),
        claim: holder && `${name} would still meet the holder of ${holder.address}:${holder.port}.`,
        suggestion: holder && 'Choose a port that nobody holds.',
        check: holder && stillListening(port),
      };
    }
  },
};

export const healFollowed: ReviewRule = {
  id: 'reliability.heal-followed',
  severity: 'high',
  text: 'Everything that used the old port uses the new one: configuration, clients, probes, compensation.',
  *look({ kind, plan, previous, evidence }) {
    if (kind !== 'heal') return;
    if (!previous) {
      yield { step: evidence.heal?.step ?? null, at: '/source/inputs' };
      return;
    }
    for (const { from } of differencesOfInputs(previous, plan)) {
      // Another input may have had the same value for a reason of its own.
      if (typeof from !== 'number' || Object.values(plan.source.inputs).includes(from)) continue;
      for (const { path, text } of textLeaves({ steps: plan.steps, goal: plan.goal.successCriteria })) {
        if (!mentionsPort(text, from)) continue;
        const [root, index] = path;
        const place = root === 'steps' ? path : ['goal', 'successCriteria', ...path.slice(1)];
        yield {
          step: root === 'steps' && typeof index === 'number' ? (plan.steps[index]?.id ?? null) : null,
          at: pointer(...place),
          claim: `The old port ${from} still stands here.`,
          suggestion: 'Let it follow the patched input.',
          check: contains(pointer(...place), String(from)),
        };
      }
      yield { step: null, at: '/source/inputs' };
    }
  },
};

/** Who held the port may be gone by now: the sandbox is there, and can be looked into. */
function stillListening(port: number): FindingCheck {
  const look = { with: { port }, expect: { listening: true }, intervalMs: 250, deadlineMs: 0 };
  return { means: 'probe', probe: { id: 'port-still-held', action: 'listener.probe@1', ...look } };
}

/** Listeners that no service of the run owns. */
function strangers({ evidence }: ReviewSubject): readonly Listener[] {
  const seen = observationSchema.safeParse(evidence.heal?.observation);
  return seen.success ? seen.data.listeners.filter(({ service }) => service === null) : [];
}

function overlaps(listener: Listener, address: string): boolean {
  return /^(?:0\.0\.0\.0|::|\*|\[::\]|)$/.test(listener.address) || listener.address === address;
}
