import type { Digest, EntryKind, WhyAnswer } from '@duovir/protocol';
import type { SettingRecord } from '@duovir/engine';
import type { ReadEntry } from '../api/run-entries.ts';
import type { Story } from './story.ts';
import { textOf } from './text.ts';

type Link = WhyAnswer['chain'][number];

/** Kinds of entries that can be links, or say which model one rests on; the others need not be read. */
export const kindsOfChain: readonly EntryKind[] = [
  'egress',
  'attestation',
  'receipt',
  'permit',
  'approval',
  'opinion',
  'verdict',
  'motion',
  'diagnosis',
  'plan',
  'request',
];

/** From the setting back to the request, newest first; each link names its entry and who signed it. */
export function chainOf(setting: SettingRecord, story: Story): Link[] {
  const attestation = story.at(setting.entry);
  const receipt = story.last(
    'receipt',
    ({ index, statement: { predicate } }) =>
      index < setting.entry && predicate.step === setting.step && predicate.purpose === 'apply',
  );
  const permit =
    receipt &&
    story.last('permit', ({ statement }) => statement.predicate.permit === receipt.statement.predicate.permit);
  const motion = permit?.statement.predicate.motion ?? setting.motion;
  return [
    ...(attestation ? [settingLink(setting, attestation), link('attestation', attestation, story)] : []),
    ...links('receipt', receipt, story),
    ...links('permit', permit, story),
    ...voteOn(motion, permit?.statement.predicate.verdict, story),
    ...proposals(motion, story),
    ...links('request', story.all('request')[0], story),
  ];
}

function settingLink({ resource, path, value, step }: SettingRecord, { index, principal, statement }: ReadEntry): Link {
  const text = `${resource} ${path} = ${String(value)}, made true by step ${step}`;
  return { kind: 'setting', text, principal, time: statement.time, entry: index };
}

function voteOn(motion: Digest, verdict: Digest | undefined, story: Story): Link[] {
  const about = ({ statement }: ReadEntry): boolean => statement.subject === motion;
  const tally = verdict === undefined ? story.last('verdict', about) : story.named(verdict);
  return [
    ...story
      .all('approval', about)
      .toReversed()
      .map((entry) => link('approval', entry, story)),
    ...story
      .all('opinion', about)
      .toReversed()
      .map((entry) => link('opinion', entry, story)),
    ...links('verdict', tally, story),
  ];
}

/** The motion and what led to it: a heal's diagnosis and failure, then the plan it revised, and so on to the first plan. */
function proposals(motion: Digest, story: Story): Link[] {
  const own = story.last('motion', ({ statement }) => statement.subject === motion);
  if (!own) return [];
  const earlier = story.last('motion', ({ index, statement }) => index < own.index && statement.subject !== motion);
  const isHeal = own.statement.predicate.kind === 'heal';
  return [
    link('motion', own, story),
    ...(isHeal ? causeOf(own, story) : []),
    ...story.all('plan', ({ statement }) => statement.subject === motion).map((entry) => link('plan', entry, story)),
    ...(isHeal && earlier ? proposals(earlier.statement.subject, story) : []),
  ];
}

function causeOf(motion: ReadEntry, story: Story): Link[] {
  const before = ({ index }: ReadEntry): boolean => index < motion.index;
  const diagnosis = story.last('diagnosis', before);
  const confirmation = story.last(
    'attestation',
    (entry) => before(entry) && entry.statement.predicate.about === 'confirmation',
  );
  const failure = diagnosis && story.named(diagnosis.statement.subject);
  return [
    ...links('confirmation', confirmation, story),
    ...links('diagnosis', diagnosis, story),
    ...links('failure', failure, story),
  ];
}

function links(kind: Link['kind'], entry: ReadEntry | undefined, story: Story): Link[] {
  return entry ? [link(kind, entry, story)] : [];
}

function link(kind: Link['kind'], entry: ReadEntry, story: Story): Link {
  const text = textOf(kind, entry, story).slice(0, 1000).toWellFormed();
  return { kind, text, principal: entry.principal, time: entry.statement.time, entry: entry.index };
}
