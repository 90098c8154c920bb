import { whyValueText, type Json, type WhyAnswer, type WhyLink, type WhyLinkKind } from '@duovir/protocol';
import type { CheckedAnswer } from './check-answer.ts';
import { relationOf } from './relation.ts';

/** Links that are something done; the others are something that there is. */
const activities: ReadonlySet<WhyLinkKind> = new Set([
  'undo',
  'attestation',
  'receipt',
  'verdict',
  'checks',
  'finding-check',
  'confirmation',
  'failure',
]);

type Section = Record<string, Record<string, Json>>;

/** W3C PROV-JSON: values, plans and words as entities, what was done as activities, principals as agents. */
export function provOf(answer: WhyAnswer, checked: CheckedAnswer | undefined): Json {
  const wrong = new Set(checked?.problems.map(({ link }) => link));
  const ids = answer.chain.map(idOf);
  const entity: Section = {};
  const activity: Section = {};
  const agent: Section = {};
  const relations: Record<string, Section> = {};
  const relate = (name: string, facts: Record<string, Json>): void => {
    const section = (relations[name] ??= {});
    section[`_:r${Object.keys(section).length + 1}-${name}`] = facts;
  };
  answer.chain.forEach((link, place) => {
    const id = ids[place] ?? '';
    const isDone = activities.has(link.kind);
    (isDone ? activity : entity)[id] = attributesOf(link, checked && !wrong.has(place), answer);
    const by = `duovir:${link.principal}`;
    agent[by] = { 'prov:type': typed('prov:Agent'), 'prov:label': link.principal };
    if (isDone) relate('wasAssociatedWith', { 'prov:activity': id, 'prov:agent': by });
    else relate('wasAttributedTo', { 'prov:entity': id, 'prov:agent': by });
    const above = link.of === null ? undefined : answer.chain[link.of];
    if (above) relateLinks(relate, { above, link, from: ids[link.of ?? 0] ?? '', to: id });
  });
  return {
    prefix: { duovir: 'urn:duovir:', xsd: 'http://www.w3.org/2001/XMLSchema#' },
    entity,
    activity,
    agent,
    ...relations,
  };
}

function idOf({ kind, entry }: WhyLink, place: number): string {
  return kind === 'setting' ? `duovir:value-${entry ?? place}` : `duovir:entry-${entry ?? `none-${place}`}`;
}

function attributesOf(link: WhyLink, verified: boolean | undefined, answer: WhyAnswer): Record<string, Json> {
  return {
    'prov:type': typed(`duovir:${link.kind}`),
    'prov:label': link.text,
    'duovir:time': { $: link.time, type: 'xsd:dateTime' },
    ...(link.entry === null ? {} : { 'duovir:entry': { $: link.entry, type: 'xsd:int' } }),
    ...(link.mark === null ? {} : { 'duovir:mark': link.mark }),
    ...(verified === undefined ? {} : { 'duovir:verified': { $: verified, type: 'xsd:boolean' } }),
    ...(link.kind === 'setting'
      ? { 'duovir:resource': answer.resource, 'duovir:path': answer.pointer, 'prov:value': whyValueText(answer.value) }
      : {}),
  };
}

function typed(name: string): Json {
  return { $: name, type: 'prov:QUALIFIED_NAME' };
}

function relateLinks(
  relate: (name: string, facts: Record<string, Json>) => void,
  { above, link, from, to }: { above: WhyLink; link: WhyLink; from: string; to: string },
): void {
  const type = { 'prov:type': typed(`duovir:${relationOf(link.kind, above.kind)}`) };
  const [isDone, isCause] = [activities.has(above.kind), activities.has(link.kind)];
  if (isDone && isCause) relate('wasInformedBy', { 'prov:informed': from, 'prov:informant': to, ...type });
  else if (isDone) relate('used', { 'prov:activity': from, 'prov:entity': to, ...type });
  else if (isCause) relate('wasGeneratedBy', { 'prov:entity': from, 'prov:activity': to, ...type });
  else relate('wasDerivedFrom', { 'prov:generatedEntity': from, 'prov:usedEntity': to, ...type });
}
