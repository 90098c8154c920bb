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
  findingHead,
  openStatement,
  planDigest,
  revealAnswerSchema,
  trustPolicyDigest,
  type Debate,
  type Plan,
  type Principal,
  type ReviewRequest,
  type TrustPolicy,
} from '@duovir/protocol';
import { changed, evidenceFor, healOf, planFrom, policy } from './motion.fixture.ts';
import { createReviewer, type ReviewerParts } from './reviewer.ts';

const NAME = 'reviewer-security';
let folder: string;
let restart: () => Promise<void>;
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
  const parts: ReviewerParts = {
    signer: loadSigner(join(folder, NAME), NAME),
    work: { kind: 'rules', mandate: 'security' },
    trust: () => ({ policy: trusted, digest: trustPolicyDigest(trusted) }),
    clock: () => new Date('2026-01-01T00:00:00.000Z'),
    salt: () => randomBytes(32).toString('hex'),
  };
  const socket = join(folder, 'reviewer.sock');
  ({ close } = await serveUnix(createReviewer(parts), socket));
  restart = async () => {
    client.close();
    await close();
    ({ close } = await serveUnix(createReviewer(parts), socket));
    client = new UnixClient(socket);
  };
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
const nothingSaid: Debate = { own: 'approve', findings: [], answers: [], checks: [] };
const secondVoteOn = (subject: Plan, rest: Partial<ReviewRequest> = {}): ReviewRequest =>
  reviewOf(subject, { round: 2, phase: 'second', debate: nothingSaid, ...rest });
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
    expect(stated.predicate.shown).toBe(digestOf(request));
    expect(stated.predicate).toMatchObject({
      verdict: 'approve',
      evidence: digestOf(request.evidence),
      trustPolicy: request.trustPolicy,
      phase: 'blind',
      abstention: null,
      changedFrom: null,
      because: [],
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
    ['debate-inconsistent', (request) => ({ ...request, phase: 'second' })],
    ['debate-inconsistent', (request) => ({ ...request, debate: nothingSaid })],
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

describe('a second vote', () => {
  test('is bound and signed as the first one is, and says what it was shown', async () => {
    await commit(reviewOf(plan));
    const request = secondVoteOn(plan);
    const { commitment } = await commit(request);
    const { salt, opinion } = await reveal(request);
    expect(openStatement(commitment, 'commitment', self).predicate).toEqual({
      round: 2,
      commitment: commitTo(salt, envelopeBytes(opinion)),
    });
    expect(openStatement(opinion, 'opinion', self).predicate).toMatchObject({
      phase: 'second',
      verdict: 'approve',
      changedFrom: null,
      because: [],
      shown: digestOf(request),
    });
  });

  test('every finding says whether it shows what it claims', async () => {
    const open = changed(plan, (text) => text.replaceAll('bind 127.0.0.21', 'bind 0.0.0.0'));
    const request = reviewOf(open);
    await commit(request);
    const { opinion, detail } = await reveal(request);
    const { findings } = openStatement(opinion, 'opinion', self).predicate;
    expect(findings.length).toBeGreaterThan(0);
    expect(findings).toEqual(detail.findings.map(findingHead));
    expect(findings.every(({ evidenced }) => evidenced)).toBe(true);
  });

  test('is refused to whoever says that the first one was another', async () => {
    await commit(reviewOf(plan));
    for (const own of ['reject', 'abstain'] as const)
      await expect(commit(secondVoteOn(plan, { debate: { ...nothingSaid, own } }))).rejects.toThrow(
        'debate-inconsistent',
      );
  });

  test('is refused on other evidence than the first', async () => {
    await commit(reviewOf(plan));
    const evidence = { ...evidenceFor(plan), state: [] };
    await expect(commit(secondVoteOn(plan, { evidence }))).rejects.toThrow('debate-inconsistent');
  });

  test('cannot be asked in the round of the first', async () => {
    await commit(reviewOf(plan));
    await expect(commit(secondVoteOn(plan, { round: 1 }))).rejects.toThrow('commitment-conflict');
  });

  test('after a restart is an abstention that lets the first one stand', async () => {
    await commit(reviewOf(plan));
    await restart();
    const request = secondVoteOn(plan);
    await commit(request);
    const { predicate } = openStatement((await reveal(request)).opinion, 'opinion', self);
    expect(predicate).toMatchObject({
      verdict: 'abstain',
      abstention: 'nothing-known',
      changedFrom: 'approve',
      because: [],
    });
  });
});
