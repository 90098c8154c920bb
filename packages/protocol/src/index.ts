export { accessActionSchema, defaultAccess, type AccessAction } from './access.ts';
export {
  actionCallSchema,
  actionSchemas,
  limitsSchema,
  type ActionCall,
  type ActionInput,
  type ActionName,
  type Limits,
} from './action.ts';
export {
  accessRefusalSchema,
  auditedSchema,
  clockStateSchema,
  evidenceScopeSchema,
  originSchema,
  shredReasonSchema,
  type Audited,
  type EvidenceScope,
  type Origin,
  type ShredReason,
} from './audit-statement.ts';
export {
  approvalRequestSchema,
  approvalViewSchema,
  budgetViewSchema,
  checkpointViewSchema,
  clarificationRequestSchema,
  contextEntrySchema,
  contextLineSchema,
  egressDetailSchema,
  egressViewSchema,
  healthSchema,
  ledgerEntryViewSchema,
  ledgerProofViewSchema,
  ledgerStatusSchema,
  logLineSchema,
  modelStopRequestSchema,
  MOST_CHECKPOINTS,
  motionViewSchema,
  opinionViewSchema,
  pageOf,
  permitViewSchema,
  problemSchema,
  runViewSchema,
  stepViewSchema,
  type ApprovalView,
  type BudgetView,
  type EgressDetail,
  type EgressView,
  type Health,
  type LedgerStatus,
  type LogLine,
  type MotionView,
  type OpinionView,
  type Problem,
  type RunView,
  type StepView,
} from './api.ts';
export {
  blobViewSchema,
  shredRequestSchema,
  shreddingSchema,
  type BlobView,
  type Shredding,
  type ShredRequest,
} from './blob-api.ts';
export { canonicalJson, parseCanonicalJson } from './canonical-json.ts';
export { commitTo } from './commitment.ts';
export { beginningOf, endOf } from './cut-text.ts';
export {
  checkedFindingSchema,
  debateSchema,
  debateViewSchema,
  debatedFindingSchema,
  findingCheckSchema,
  findingDetailSchema,
  findingHead,
  planQuerySchema,
  rebuttalAnswerSchema,
  rebuttalDetailSchema,
  rebuttalSchema,
  type CheckedFinding,
  type Debate,
  type DebateView,
  type DebatedFinding,
  type FindingCheck,
  type FindingDetail,
  type PlanQuery,
  type Rebuttal,
  type RebuttalAnswer,
  type RebuttalDetail,
} from './debate.ts';
export { debatedId } from './debated-id.ts';
export { digestSchema, type Digest } from './digest.ts';
export { digestOf, digestOfBytes } from './digest-of.ts';
export {
  breakGlassRequestSchema,
  breakGlassViewSchema,
  grantIdSchema,
  heldStopsSchema,
  stopLiftRequestSchema,
  stopOrderSchema,
  stopRequestSchema,
  stopViewSchema,
  type BreakGlassRequest,
  type BreakGlassView,
  type GrantView,
  type StopOrder,
  type StopRequest,
  type StopView,
} from './emergency.ts';
export { MAX_PAYLOAD_BYTES, PAYLOAD_TYPE, envelopeSchema, type Envelope } from './envelope.ts';
export { DuovirError, ProtocolError, type Consequence, type ProtocolErrorCode } from './error.ts';
export {
  blobOpeningSchema,
  evidenceExportRequestSchema,
  evidenceExportViewSchema,
  openingLineSchema,
  type BlobOpening,
  type EvidenceExportRequest,
  type EvidenceExportView,
} from './evidence-api.ts';
export {
  eventTypes,
  isEventType,
  runEventSchema,
  stageSchema,
  type EventBody,
  type EventType,
  type NewEvent,
  type RunEvent,
  type Stage,
} from './event.ts';
export { executionDigest, executionSubject, planDigest, type ExecutionSubject } from './execution-subject.ts';
export {
  attestAnswerSchema,
  attestRequestSchema,
  diagnoseAnswerSchema,
  diagnoseRequestSchema,
  diagnosisSchema,
  executeRequestSchema,
  executionEventSchema,
  executionStateSchema,
  failureSchema,
  groundsSchema,
  patchAnswerSchema,
  patchRequestSchema,
  sandboxHandleSchema,
  type AttestAnswer,
  type AttestRequest,
  type DiagnoseAnswer,
  type DiagnoseRequest,
  type Diagnosis,
  type ExecuteRequest,
  type ExecutionEvent,
  type Failure,
  type Grounds,
  type PatchAnswer,
  type PatchRequest,
  type SandboxHandle,
} from './execution.ts';
export { intentDigest, signIntent, startRunSchema, type IntentDocument, type StartRun } from './intent.ts';
export { jsonSchema, type Json } from './json.ts';
export { luhnHolds } from './luhn.ts';
export {
  callIdSchema,
  callPurposeSchema,
  modelAnswerSchema,
  modelQuestionSchema,
  modelRefusalSchema,
  modelRequestSchema,
  type CallPurpose,
  type ModelAnswer,
  type ModelQuestion,
  type ModelRefusal,
  type ModelRequest,
  type PromptReference,
} from './model-call.ts';
export {
  budgetSchema,
  egressSchema,
  keyReferenceSchema,
  modelPriceSchema,
  modelSchema,
  providerSchema,
  withoutModels,
  type BudgetCaps,
  type Cap,
  type EgressRules,
  type KeyReference,
  type Model,
  type ModelPrice,
  type ProviderName,
} from './model.ts';
export {
  actionNameSchema,
  nameSchema,
  pathSchema,
  portSchema,
  runIdSchema,
  stepIdSchema,
  timeSchema,
  type RunId,
} from './name.ts';
export {
  compensationSchema,
  dataClassSchema,
  environmentNameSchema,
  planSchema,
  purposeSchema,
  settingSchema,
  stepSchema,
  targetSchema,
  type Compensation,
  type EnvironmentName,
  type Plan,
  type Purpose,
  type Setting,
  type Step,
  type Target,
} from './plan.ts';
export {
  boundPlaceholderSchema,
  placeholderKindSchema,
  restorationSchema,
  sinksOf,
  type BoundPlaceholder,
  type PlaceholderKind,
  type Restoration,
  type Sink,
} from './placeholder.ts';
export { placeholderFormsIn, resemblancesIn, type Resemblance } from './placeholder-form.ts';
export { unfinishedPlaceholderPattern, type PlaceholderForm } from './placeholder-pattern.ts';
export { assertionSchema, passkeySchema, type Assertion, type Passkey } from './passkey.ts';
export {
  passkeyOptionsSchema,
  passkeyRegistrationSchema,
  passkeysViewSchema,
  passkeyViewSchema,
  type PasskeyOptions,
  type PasskeyRegistration,
  type PasskeysView,
  type PasskeyView,
} from './passkey-api.ts';
export { isPlainText, plainText, plainTextSchema } from './plain-text.ts';
export {
  argvSchema,
  environmentSchema,
  probeObservationSchema,
  probeOutcomeSchema,
  probeSchema,
  type Probe,
  type ProbeObservation,
  type ProbeOutcome,
} from './probe.ts';
export { breakGlassSchema, quorumRuleSchema, type BreakGlass, type QuorumRule } from './quorum-rule.ts';
export {
  acceptedRequestSchema,
  outcomeSchema,
  runRequestSchema,
  type AcceptedRequest,
  type Outcome,
  type RunRequest,
} from './request.ts';
export { restoreDecisionSchema, type RestoreDecision } from './restore-decision.ts';
export {
  commitmentAnswerSchema,
  evidenceSchema,
  listenerSchema,
  nearestPlaybookSchema,
  opinionDetailSchema,
  planAnswerSchema,
  planChangeSchema,
  planRequestSchema,
  rebuttalRequestSchema,
  revealAnswerSchema,
  revealRequestSchema,
  reviewRequestSchema,
  type CommitmentAnswer,
  type Evidence,
  type Listener,
  type OpinionDetail,
  type PlanAnswer,
  type PlanChange,
  type PlanRequest,
  type RebuttalRequest,
  type RevealAnswer,
  type ReviewRequest,
} from './review.ts';
export {
  envelopeBytes,
  envelopeDigest,
  keyIdOfEnvelope,
  openEnvelope,
  parseEnvelope,
  signEnvelope,
} from './sign-envelope.ts';
export { payloadBytes, preAuthenticationEncoding } from './sign-input.ts';
export { signQuestion } from './sign-question.ts';
export { openStatement, parseStatement, peekStatement, signStatement } from './sign-statement.ts';
export { statementJsonSchema } from './statement-json-schema.ts';
export { keyIdOf, publicKeyFromRaw, rawPublicKey, signatureHolds, type Signer } from './signature.ts';
export {
  abstentionSchema,
  causeSchema,
  checkOutcomeSchema,
  entryKinds,
  findingSchema,
  isEntryKind,
  motionKindSchema,
  opinionVerdictSchema,
  planRefusalSchema,
  predicateSchemas,
  rebuttalKindSchema,
  severitySchema,
  verdictSchema,
  votePhaseSchema,
  type EntryKind,
  type PlanRefusal,
  type Predicate,
  type Severity,
  type Statement,
  type Verdict,
} from './statement.ts';
export { isSoundKey } from './sound-key.ts';
export { statementDocument } from './statement-document.ts';
export type { CountedOpinion } from './standing-opinion.ts';
export { needsDebate, tally, type Ballot, type Counted, type Tally, type TallyReason } from './tally.ts';
export {
  issuedTokenSchema,
  tokenIdSchema,
  tokenRequestSchema,
  tokenScopesSchema,
  tokenViewSchema,
  type IssuedToken,
  type TokenRequest,
  type TokenView,
} from './token.ts';
export { trustPolicyDigest } from './trust-policy-digest.ts';
export {
  brainSchema,
  healEnvelopeSchema,
  principalSchema,
  loginSchema,
  riskClassSchema,
  roleSchema,
  speaksForGroup,
  trustPolicySchema,
  withoutLogin,
  type Brain,
  type HealEnvelope,
  type Login,
  type Principal,
  type RiskClass,
  type Role,
  type TrustPolicy,
} from './trust-policy.ts';
export {
  trustApplicationSchema,
  trustApplyRequestSchema,
  trustVersionSchema,
  trustViewSchema,
  type TrustApplication,
  type TrustVersion,
  type TrustView,
} from './trust-view.ts';
export { loginOfferSchema, sessionViewSchema, type LoginOffer, type SessionView } from './session.ts';
export { ed25519Key, keysOfPrincipal, type VerificationKey } from './verification-key.ts';
export { ADVERSARY, standingVotes, type CountedApproval } from './voices.ts';
export { formatValuePath, parseValuePath, pathOfPointer, pointerOf, type ValuePath } from './value-path.ts';
export {
  whyAnswerSchema,
  whyChangeSchema,
  whyPathSchema,
  whyPlacesSchema,
  whyRebuildSchema,
  whyResourceSchema,
  whyTargetSchema,
  whyValueSchema,
  type WhyAnswer,
  type WhyChange,
  type WhyLink,
  type WhyLinkKind,
  type WhyPlaces,
  type WhyRebuild,
  type WhyValue,
} from './why.ts';
export { whyValueText } from './why-value-text.ts';
