import type { Digest, EntryKind, WhyLink } from '@duovir/protocol';
import type { ReadEntry } from '../api/run-entries.ts';
import type { IndexedValue } from '../store/attested-values.ts';
import { ChainLinks } from './chain-links.ts';
import { permitOf } from './derive-run.ts';
import { proposals } from './proposals.ts';
import type { Story } from './story.ts';
import { linkVote } from './vote.ts';

/** Kinds of entries that can be links, or say which model one rests on; the others need not be read. */
export const kindsOfChain: readonly EntryKind[] = [
  'egress',
  'attestation',
  'receipt',
  'permit',
  'approval',
  'opinion',
  'finding-check',
  'rebuttal',
  'checks',
  'verdict',
  'motion',
  'diagnosis',
  'plan',
  'intent',
  'request',
  'settlement',
];

/**
 * From the value back to the request, newest first; each link names its entry, who signed it and which link it explains. What was
 * not carried, and who was against it, is told with it.
 */
export function chainOf(value: IndexedValue, story: Story, words: string): WhyLink[] {
  const links = new ChainLinks(story);
  const attestation = story.at(value.entry);
  const setting = attestation ? links.say('setting', attestation, null, words) : null;
  const undo = value.undone === null ? undefined : story.at(value.undone);
  if (undo) links.add('undo', undo, setting, 'undone');
  const seen = attestation ? links.add('attestation', attestation, setting) : null;
  const receipt = story.last(
    'receipt',
    ({ index, statement: { predicate } }) =>
      index < value.entry && predicate.step === value.step && predicate.purpose === 'apply',
  );
  const done = links.maybe('receipt', receipt, seen);
  const permit = receipt && permitOf(story, receipt);
  const allowed = links.maybe('permit', permit, done);
  const motion = permit?.statement.predicate.motion ?? value.motion;
  const verdict = verdictOn(story, motion, permit);
  const decided = linkVote(links, story, motion, verdict, allowed);
  const first = proposals(links, story, motion, decided);
  const request = story.all('request')[0];
  const asked = links.maybe('request', request, first);
  links.maybe('intent', story.all('intent')[0], asked);
  links.maybe('settlement', story.all('settlement')[0], asked);
  return links.all();
}

function verdictOn(story: Story, motion: Digest, permit: ReadEntry<'permit'> | undefined): ReadEntry | undefined {
  if (permit) return story.named(permit.statement.predicate.verdict);
  return story.last('verdict', ({ statement }) => statement.subject === motion);
}
