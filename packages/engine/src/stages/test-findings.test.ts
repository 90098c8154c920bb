import { expect, test } from 'vitest';
import { debatedId, probeSchema, type FindingDetail } from '@duovir/protocol';
import { Chamber, RUN } from '../chamber.fixture.ts';
import { EngineError } from '../error.ts';
import { testFindings } from './test-findings.ts';

const found: FindingDetail = {
  id: 'open',
  rule: 'security.open',
  severity: 'high',
  step: 'folder',
  claim: 'It is open.',
  evidence: ['/steps/0'],
  check: {
    means: 'probe',
    probe: probeSchema.parse({
      id: 'any',
      action: 'command.probe@1',
      with: { argv: ['/usr/bin/true'] },
      expect: { exit: 0 },
    }),
  },
};

test("Invariant 6: a reviewer's probe that the attestor refuses tests nothing, and the run goes on", async () => {
  const chamber = new Chamber();
  const context = chamber.context();
  const motion = await chamber.motion(context);
  const said = await chamber.said(context, motion, [found]);
  const finding = debatedId(motion.digest, found);
  const findings = [{ ...found, id: finding }];
  const { digest } = await context.ports.documents.put(RUN, 'answers', { findings, answers: [] }, '0'.repeat(64));
  chamber.attest = () => Promise.reject(new EngineError('answer-inconsistent', 'grounds-missing'));
  const { debate, tested } = await testFindings(context, RUN, { motion, said: [said], answers: digest });
  expect(tested).toBe(1);
  expect(await context.ports.documents.get(debate)).toMatchObject({ checks: [{ finding, outcome: 'unknown' }] });
});
