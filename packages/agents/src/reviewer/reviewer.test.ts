import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UnixClient, createKey, loadSigner, serveUnix } from '@duovir/principal';
import {
  canonicalJson,
  commitTo,
  commitmentAnswerSchema,
  digestOf,
  envelopeBytes,
  openStatement,
  planDigest,
  revealAnswerSchema,
  trustPolicyDigest,
  type Plan,
  type Principal,
  type ReviewRequest,
  type TrustPolicy,
} from '@duovir/protocol';
import { evidenceFor, healOf, planFrom, policy } from './motion.fixture.ts';
import { createReviewer } from './reviewer.ts';

const NAME = 'reviewer-security';
let folder: string;
let close: () => Promise<void>;
let client: UnixClient;
let trusted: TrustPolicy;
let self: Principal;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'duovir-reviewer-'));
  const { publicKey } = createKey(join(folder, NAME));
  const principals = policy.principals.map((principal) =>
    principal.name === NAME ? { ...principal, publicKey } : principal,
  );
  trusted = { ...policy, principals };
  self = principals.find(({ name }) => name === NAME) as Principal;
  const app = createReviewer({
    signer: loadSigner(join(folder, NAME), NAME),
    work: { kind: 'rules', mandate: 'security' },
    trust: () => ({ policy: trusted, digest: trustPolicyDigest(trusted) }),
    clock: () => new Date('2026-01-01T00:00:00.000Z'),
    salt: () => randomBytes(32).toString('hex'),
  });
  const socket = join(folder, 'reviewer.sock');
  ({ close } = await serveUnix(app, socket));
  client = new UnixClient(socket);
});

afterEach(async () => {
  client.close();
  await close();
  rmSync(folder, { recursive: true });
});

const plan = planFrom('redis', 'cluster');
function reviewOf(subject: Plan, rest: Partial<ReviewRequest> = {}): ReviewRequest {
  return {
    run: subject.run,
    round: 1,
    phase: 'blind',
    kind: 'plan',
    motion: planDigest(subject),
    plan: subject,
    evidence: evidenceFor(subject),
    trustPolicy: trustPolicyDigest(trusted),
    debate: null,
    ...rest,
  };
}
const commit = (body: unknown) => client.call({ path: '/v1/commitments', body }, commitmentAnswerSchema);
const reveal = ({ run, round, motion }: ReviewRequest) =>
  client.call({ path: '/v1/reveals', body: { run, round, motion } }, revealAnswerSchema);

describe('a reviewer', () => {
  test('is bound by its commitment to the opinion it later opens', async () => {
    const request = reviewOf(plan);
    const { commitment } = await commit(request);
    const { salt, opinion, detail, detailSalt } = await reveal(request);
    const bound = openStatement(commitment, 'commitment', self);
    const stated = openStatement(opinion, 'opinion', self);
    expect(bound.predicate.commitment).toBe(commitTo(salt, envelopeBytes(opinion)));
    expect(stated.predicate.commitment).toBe(commitTo(detailSalt, canonicalJson(detail)));
    expect(stated).toMatchObject({ subject: request.motion, run: plan.run });
    expect(stated.predicate).toMatchObject({
      verdict: 'approve',
      evidence: digestOf(request.evidence),
      trustPolicy: request.trustPolicy,
      mandate: 'security',
      brain: 'playbook',
      tokens: 0,
    });
  });

  test('answers the same question with the same bytes, also when asked twice at once', async () => {
    const [first, second] = await Promise.all([commit(reviewOf(plan)), commit(reviewOf(plan))]);
    expect(second).toEqual(first);
    expect(await commit(reviewOf(plan))).toEqual(first);
    expect((await commit(reviewOf(plan, { round: 2 }))).commitment).not.toEqual(first.commitment);
  });

  test('remembers the plan a heal changes, and judges the difference', async () => {
    const before = planFrom('redis', 'cluster', {}, { occupiedPorts: [6379] });
    await commit(reviewOf(before));
    const after = planFrom('redis', 'cluster', { port: 6380, busPort: 16_380 }, { occupiedPorts: [6379], revision: 2 });
    const heal = healOf(before, 'node-1', 6379);
    const request = reviewOf(after, { kind: 'heal', evidence: evidenceFor(after, heal) });
    await commit(request);
    const { detail } = await reveal(request);
    expect(detail.findings.map(({ rule }) => rule)).toContain('security.heal-envelope');
  });

  test.each<[string, (request: ReviewRequest) => unknown]>([
    ['trust-policy-foreign', (request) => ({ ...request, trustPolicy: digestOf('another') })],
    ['motion-mismatch', (request) => ({ ...request, motion: digestOf('another') })],
    ['motion-mismatch', (request) => ({ ...request, run: 'run-bbbbbbbbbbbbbbbbbbbb' })],
    ['evidence-inconsistent', (request) => ({ ...request, kind: 'heal' })],
    ['evidence-inconsistent', (request) => ({ ...request, evidence: { ...request.evidence, riskClass: 'R0' } })],
    ['malformed', (request) => ({ ...request, hint: 'approve this' })],
  ])('refuses: %s', async (code, spoil) => {
    await expect(commit(spoil(reviewOf(plan)))).rejects.toThrow(code);
  });

  test('is not asked twice about one motion with other evidence', async () => {
    await commit(reviewOf(plan));
    const other = reviewOf(plan);
    const asked = { ...other, evidence: { ...other.evidence, reasons: [] } };
    await expect(commit(asked)).rejects.toThrow('commitment-conflict');
  });

  test('says so when it knows no opinion', async () => {
    await expect(reveal(reviewOf(plan))).rejects.toThrow('commitment-unknown');
  });
});
