/**
 * What access policies may speak about (Cedar). Every attribute is always there, so that no condition can fail over one
 * that is missing: a person or run of no team has the empty string, and a run without a motion has no risk class yet.
 */
export const accessSchema = `namespace Duovir {
  entity Role;
  entity Person in [Role] { name: String, team: String };
  entity Installation { organisation: String };
  entity Run { requester: Person, team: String, environment: String, dataClass: String, riskClass: String };

  action "read" appliesTo { principal: Person, resource: [Run, Installation] };
  action "request" appliesTo { principal: Person, resource: [Run, Installation] };
  action "approve" appliesTo { principal: Person, resource: [Run, Installation] };
  action "stop" appliesTo { principal: Person, resource: [Run, Installation] };
  action "administer" appliesTo { principal: Person, resource: [Run, Installation] };
  action "audit" appliesTo { principal: Person, resource: [Run, Installation] };
}
`;
