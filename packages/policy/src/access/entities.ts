import type { EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { AccessQuestion, PersonFacts } from './question.ts';

const uid = (type: 'Action' | 'Installation' | 'Person' | 'Role' | 'Run', id: string): TypeAndId => ({
  type: `Duovir::${type}`,
  id,
});

export interface CedarRequest {
  readonly principal: TypeAndId;
  readonly action: TypeAndId;
  readonly resource: TypeAndId;
  readonly entities: EntityJson[];
}

/** The question in Cedar's words, with everything that policies may look at. */
export function cedarRequest({ person, action, resource }: AccessQuestion): CedarRequest {
  const own = personEntities(person);
  const asked = { principal: uid('Person', person.name), action: uid('Action', action) };
  if (resource.kind === 'installation') {
    const installation = uid('Installation', 'installation');
    const attrs = { organisation: resource.organisation };
    return { ...asked, resource: installation, entities: [...own, { uid: installation, attrs, parents: [] }] };
  }
  const { run: id, requester, environment, dataClass, riskClass } = resource;
  const run = uid('Run', id);
  const attrs = {
    requester: { __entity: uid('Person', requester.name) },
    team: requester.team,
    environment,
    dataClass,
    riskClass,
  };
  // An entity that is given twice is an error, even where both say the same.
  const other = requester.name === person.name ? [] : personEntities(requester);
  return { ...asked, resource: run, entities: dedupe([...own, ...other, { uid: run, attrs, parents: [] }]) };
}

function personEntities({ name, team, roles }: PersonFacts): EntityJson[] {
  const parents = roles.map((role) => uid('Role', role));
  return [
    { uid: uid('Person', name), attrs: { name, team }, parents },
    ...parents.map((role) => ({ uid: role, attrs: {}, parents: [] })),
  ];
}

function dedupe(entities: readonly EntityJson[]): EntityJson[] {
  return [...new Map(entities.map((entity) => [JSON.stringify(entity.uid), entity])).values()];
}
