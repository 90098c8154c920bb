import type { WhyLinkKind } from '@duovir/protocol';
import type { ReadEntry } from '../api/run-entries.ts';
import { inMoney, pointsOf } from './debate-text.ts';
import type { Story } from './story.ts';

/** What an entry says, in words people were told when it was made; the entry itself holds only digests and enumerations. */
export function textOf(kind: WhyLinkKind, entry: ReadEntry, story: Story): string {
  switch (kind) {
    case 'attestation':
      return seen(entry, story);
    case 'confirmation':
      return confirmed(entry, story);
    case 'receipt':
    case 'failure':
    case 'undo':
      return executed(entry, story);
    case 'permit':
      return permitted(entry, story);
    case 'opinion':
      return thought(entry, story);
    case 'verdict':
      return story.eventOf(entry, 'verdict-reach')?.body.explanation ?? 'carried';
    case 'motion':
    case 'alternative':
      return moved(entry, story);
    case 'checks':
    case 'finding-check':
    case 'rebuttal':
      return pointsOf(kind, entry, story);
    case 'settlement':
      return settled(entry);
    case 'intent':
      return 'signed by the requester';
    case 'diagnosis':
      return diagnosed(entry, story);
    case 'plan':
      return planned(entry, story);
    case 'request':
      return story.eventOf(entry, 'run-start')?.body.request.goal ?? 'a request';
    case 'approval':
    case 'setting':
      return story.eventOf(entry, 'approval-give')?.body.verdict ?? kind;
  }
}

function seen(entry: ReadEntry, story: Story): string {
  const event = story.eventOf(entry, 'attestation-make');
  const summaries = event?.body.probes.map(({ id, outcome, summary }) => `${id} ${outcome}: ${summary}`) ?? [];
  return summaries.length > 0 ? summaries.join('; ') : `seen: ${event?.body.outcome ?? 'attested'}`;
}

function confirmed(entry: ReadEntry, story: Story): string {
  return story.eventOf(entry, 'diagnosis-confirm')?.body.summary ?? seen(entry, story);
}

function executed(entry: ReadEntry, story: Story): string {
  const event = story.eventOf(entry, 'step-end');
  if (!event) return seen(entry, story);
  const { step, attempt, purpose, outcome, cause, exit, stderr } = event.body;
  const end = outcome === 'succeeded' ? 'succeeded' : `failed (${cause}${exit === null ? '' : `, exit ${exit}`})`;
  const words = outcome === 'succeeded' ? '' : stderr.trim().split('\n').slice(-3).join(' | ');
  return `${purpose === 'compensate' ? 'undo of ' : ''}step ${step}, attempt ${attempt}, ${end}${words === '' ? '' : `: ${words}`}`;
}

function settled({ statement }: ReadEntry): string {
  const { predicate } = statement;
  if (!('outcome' in predicate && 'microUsd' in predicate)) return 'the end of the run';
  return `${predicate.outcome}; its models took ${predicate.tokens} tokens and cost ${inMoney(predicate.microUsd)}`;
}

function permitted(entry: ReadEntry, story: Story): string {
  const body = story.eventOf(entry, 'permit-mint')?.body;
  return body ? `${body.permit} for step ${body.step}, attempt ${body.attempt}` : 'a permit';
}

function thought(entry: ReadEntry, story: Story): string {
  const body = story.eventOf(entry, 'opinion-reveal')?.body;
  if (!body) return 'an opinion';
  const findings = body.findings.map(({ severity, claim }) => ` [${severity}] ${claim}`).join('');
  const changed =
    body.changedFrom === null ? '' : `, changed from ${body.changedFrom} because of ${body.because.join(', ')}`;
  return `${body.verdict} (${body.mandate})${changed}${modelOf(entry, story)}: ${body.rationale}${findings}`;
}

function moved(entry: ReadEntry, story: Story): string {
  const body = story.eventOf(entry, 'motion-freeze')?.body;
  if (!body) return 'a motion';
  const inside = body.envelope === null ? '' : ` inside envelope ${body.envelope}`;
  return `${body.motionKind}, revision ${body.revision}, risk class ${body.riskClass}${inside}`;
}

function diagnosed(entry: ReadEntry, story: Story): string {
  const diagnosis = story.eventOf(entry, 'diagnosis-make')?.body.diagnosis;
  if (!diagnosis) return 'a diagnosis';
  const signature = diagnosis.signature === null ? '' : ` (signature ${diagnosis.signature})`;
  return `${diagnosis.title}${signature}${modelOf(entry, story)}: ${diagnosis.explanation}`;
}

function planned(entry: ReadEntry, story: Story): string {
  const first = story.eventOf(entry, 'plan-propose')?.body;
  if (first) return `${first.playbook}${modelOf(entry, story)}: ${first.title}`;
  const patch = story.eventOf(entry, 'patch-propose')?.body;
  if (!patch) return 'a plan';
  const changes = patch.patch.map(({ path, value }) => `${path} = ${JSON.stringify(value)}`).join(', ');
  return `${patch.explanation} (${changes})${modelOf(entry, story)}`;
}

/** Which model an agent thought with, and in which calls: each has its own entry with the digest of what left. */
function modelOf({ statement }: ReadEntry, story: Story): string {
  const { predicate } = statement;
  if (!('calls' in predicate) || predicate.calls.length === 0) return '';
  const asked = story.all('egress', (entry) => predicate.calls.includes(entry.statement.predicate.call));
  const models = new Set(asked.map((entry) => entry.statement.predicate.model));
  return models.size === 0 ? '' : ` by ${[...models].join(' and ')} in ${predicate.calls.join(', ')}`;
}
