import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey, loadSigner } from '@duovir/principal';
import {
  digestOf,
  keyIdOf,
  publicKeyFromRaw,
  rawPublicKey,
  signEnvelope,
  type Envelope,
  type RevealAnswer,
  type Signer,
  type Statement,
} from '@duovir/protocol';
import { newRunId } from '@duovir/sdk';
import { Chamber, found, opinionsOf, SECONDS, SECURITY, statements, type Outcome, refused } from './chamber.ts';
import { type Trick } from './cheat.ts';

const folder = mkdtempSync(join(tmpdir(), 'duovir-stranger-'));
createKey(folder);
let chamber: Chamber;
beforeAll(async () => {
  chamber = await Chamber.open();
}, 120_000);
afterAll(async () => {
  await chamber.close();
  rmSync(folder, { recursive: true });
});

/** A key that nobody has enrolled, under the name of the reviewer. */
const stranger = (): Signer => loadSigner(folder, SECURITY);
const own = (): Signer => loadSigner(chamber.house.state.principal(SECURITY), SECURITY);
/** The reviewer's own key, under the name of another. */
function posing(name: string): Signer {
  const { publicKey = '' } = chamber.house.policy.principals.find((principal) => principal.name === name) ?? {};
  return { ...own(), principal: name, keyId: keyIdOf(name, rawPublicKey(publicKeyFromRaw(publicKey))) };
}

function changed<Kind extends Statement['kind']>(
  statement: Statement<Kind>,
  change: Partial<Statement<Kind>['predicate']>,
): Statement<Kind> {
  return { ...statement, predicate: { ...statement.predicate, ...change } };
}

/** Whatever the reviewer has said, it is as if it had said nothing: one opinion, where the rule wants two. */
async function unheard(outcome: Outcome, reason: string): Promise<void> {
  const missed = outcome.events.filter(({ type }) => type === 'opinion-miss');
  expect(missed).toMatchObject([{ body: { reviewer: SECURITY, reason: expect.stringContaining(reason) } }]);
  expect(opinionsOf(outcome)).toEqual(['reviewer-reliability']);
  expect(statements(outcome, 'verdict')).toMatchObject([
    { predicate: { verdict: 'referred', reason: 'verdict.below-quorum', counted: { approvals: 1 } } },
    { predicate: { verdict: 'rejected', reason: 'people.no-answer', counted: { approvals: 1 } } },
  ]);
  await refused(chamber.house, outcome, 'people.no-answer');
}

const binding: readonly (readonly [string, string, () => Trick])[] = [
  ['that somebody else has signed', 'did not sign this commitment', () => ({ commitmentBy: stranger() })],
  [
    'in the name of another reviewer',
    'not enrolled as reviewer-security',
    () => ({ commitmentBy: posing('reviewer-reliability') }),
  ],
  [
    'in the name of nobody who is enrolled',
    'not enrolled as reviewer-security',
    () => ({ commitmentBy: { ...own(), keyId: 'reviewer-nobody/0123456789abcdef' } }),
  ],
  [
    'to another motion',
    'committed itself to another motion',
    () => ({ commitment: (statement) => ({ ...statement, subject: digestOf('a harmless plan') }) }),
  ],
  [
    'of another run',
    'committed itself to another motion',
    () => ({ commitment: (statement) => ({ ...statement, run: newRunId() }) }),
  ],
  [
    'of another round',
    'committed itself to another motion',
    () => ({ commitment: (statement) => changed(statement, { round: 7 }) }),
  ],
  [
    'that is a statement of another kind',
    'did not sign this commitment',
    () => ({
      commitment: ({ run, time, subject }, { trustPolicy }) => ({
        kind: 'approval',
        run,
        time,
        subject,
        predicate: { verdict: 'approve', trustPolicy },
      }),
    }),
  ],
  ['that is nothing', 'was refused', () => ({ committed: () => ({ commitment: null }) })],
  ['with an opinion beside it', 'was refused', () => ({ committed: (answer) => ({ ...answer, verdict: 'approve' }) })],
  [
    'of another payload type',
    'was refused',
    () => ({
      committed: (answer) => {
        const { commitment } = answer as { commitment: Envelope };
        return { commitment: { ...commitment, payloadType: 'application/json' } };
      },
    }),
  ],
  [
    'with a second signature',
    'was refused',
    () => ({
      committed: (answer) => {
        const { commitment } = answer as { commitment: Envelope };
        return { commitment: { ...commitment, signatures: [...commitment.signatures, ...commitment.signatures] } };
      },
    }),
  ],
  [
    'of many megabytes',
    'too large',
    () => ({ committed: (answer) => ({ ...answer, payload: 'A'.repeat(20 * 1024 * 1024) }) }),
  ],
  [
    'that comes when the time is over',
    'did not answer in time',
    () => ({
      committed: async (answer) => {
        await pause(SECONDS * 1000 + 1000);
        return answer;
      },
    }),
  ],
];

test.concurrent.each(binding)('Invariant 1: a commitment %s: %s', async (_, reason, trick) => {
  const outcome = await chamber.attempt(trick());
  expect(statements(outcome, 'commitment')).toHaveLength(1);
  await unheard(outcome, reason);
});

/** What is revealed, signed anew as something else than it was committed to. */
async function another(answer: RevealAnswer, verdict: 'approve' | 'reject'): Promise<RevealAnswer> {
  const payload = JSON.parse(Buffer.from(answer.opinion.payload, 'base64').toString()) as {
    predicate: { content: Record<string, unknown> };
  };
  payload.predicate.content['verdict'] = verdict;
  return { ...answer, opinion: await signEnvelope(own(), payload) };
}

const revealing: readonly (readonly [string, string, () => Trick])[] = [
  [
    'another than it was bound to',
    'another opinion than it had committed to',
    () => ({ says: () => ({ verdict: 'reject' }), revealed: (answer) => another(answer, 'approve') }),
  ],
  [
    'under another salt',
    'another opinion than it had committed to',
    () => ({ revealed: (answer) => ({ ...answer, salt: 'ab'.repeat(32) }) }),
  ],
  ['that somebody else has signed', 'did not sign this opinion', () => ({ opinionBy: stranger() })],
  [
    'in the name of another reviewer',
    'not enrolled as reviewer-security',
    () => ({ opinionBy: posing('reviewer-reliability') }),
  ],
  [
    'on another motion',
    'another motion or other evidence',
    () => ({ opinion: (statement) => ({ ...statement, subject: digestOf('a harmless plan') }) }),
  ],
  [
    'of another run',
    'another motion or other evidence',
    () => ({ opinion: (statement) => ({ ...statement, run: newRunId() }) }),
  ],
  ['of another round', 'another motion or other evidence', () => ({ says: () => ({ round: 2 }) })],
  ['of a second vote in the first', 'another motion or other evidence', () => ({ says: () => ({ phase: 'second' }) })],
  [
    'on other evidence',
    'another motion or other evidence',
    () => ({ says: () => ({ evidence: digestOf('a friendlier story') }) }),
  ],
  [
    'under another trust policy',
    'another motion or other evidence',
    () => ({ says: () => ({ trustPolicy: digestOf('the policy before') }) }),
  ],
  ['with the mandate of another', 'which it is not', () => ({ says: () => ({ mandate: 'reliability' }) })],
  ['in the name of a model that it has not', 'has no model', () => ({ says: () => ({ brain: 'model' }) })],
  ['that says to have cost tokens', 'has no model', () => ({ says: () => ({ tokens: 1_000_000 }) })],
  [
    'with half a character in its words',
    'was refused',
    () => ({ revealed: (answer) => ({ ...answer, detail: { ...answer.detail, rationale: 'Fine \ud800' } }) }),
  ],
  [
    'that names a cause nobody has shown',
    'which nobody has shown',
    () => ({ says: () => ({ because: ['f-00000001'] }) }),
  ],
  [
    'that claims to have changed',
    'its first vote was another one',
    () => ({ says: () => ({ changedFrom: 'reject' }) }),
  ],
  [
    'that is an approval by its kind',
    'did not sign this opinion',
    () => ({
      opinion: ({ run, time, subject, predicate: { trustPolicy } }) => ({
        kind: 'approval',
        run,
        time,
        subject,
        predicate: { verdict: 'approve', trustPolicy },
      }),
    }),
  ],
  [
    'explained by other words than it was signed for',
    'with other words than it signed for',
    () => ({ revealed: (answer) => ({ ...answer, detail: { ...answer.detail, rationale: 'All is well.' } }) }),
  ],
  [
    'that counts other findings than people read',
    'signed other findings than it explains',
    () => ({
      detail: () => ({ rationale: 'Look at this.', findings: [found('critical')] }),
      says: () => ({ findings: [] }),
    }),
  ],
  [
    'with hidden text for whoever reads it',
    'was refused',
    () => ({ detail: () => ({ rationale: 'Fine\u202E.\u{E0041}\u{E0050}', findings: [] }) }),
  ],
  ['that is oversized', 'was refused', () => ({ detail: () => ({ rationale: 'A'.repeat(801), findings: [] }) })],
  [
    'with more findings than anybody reads',
    'was refused',
    () => ({
      detail: () => ({
        rationale: 'All of it.',
        findings: Array.from({ length: 65 }, (_, index) => ({ ...found('low'), id: `f-${index + 1}` })),
      }),
      says: () => ({ findings: [] }),
    }),
  ],
  [
    'of many megabytes',
    'too large',
    () => ({ revealed: (answer) => ({ ...answer, salt: 'a'.repeat(20 * 1024 * 1024) }) }),
  ],
  ['that is nothing', 'was refused', () => ({ revealed: () => ({}) })],
  [
    'that it refuses to open',
    'not today',
    () => ({
      revealed: () => Response.json({ code: 'not today', detail: 'not today', remedy: 'none' }, { status: 409 }),
    }),
  ],
  [
    'that comes when the time is over',
    'did not answer in time',
    () => ({
      revealed: async (answer) => {
        await pause(SECONDS * 1000 + 1000);
        return answer;
      },
    }),
  ],
];

test.concurrent.each(revealing)('Invariant 1: an opinion %s: %s', async (_, reason, trick) => {
  const outcome = await chamber.attempt(trick());
  expect(statements(outcome, 'commitment')).toHaveLength(2);
  await unheard(outcome, reason);
});
