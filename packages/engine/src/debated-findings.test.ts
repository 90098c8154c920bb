import { digestOf, type FindingDetail } from '@duovir/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { debatedFindings, orderFor } from './debated-findings.ts';

const motion = digestOf('motion');
const found: fc.Arbitrary<FindingDetail> = fc.record({
  id: fc.constantFrom('security-listen-1', 'reliability-undo-1'),
  rule: fc.constantFrom('security.listen', 'reliability.undo', 'model.cost'),
  severity: fc.constantFrom('info', 'low', 'medium', 'high', 'critical'),
  step: fc.constantFrom(null, 'a', 'b'),
  claim: fc.string({ maxLength: 800 }),
  evidence: fc.constant(['/steps/0']),
});

test('one rule speaks once of one step, by its gravest finding, and nobody sees who had found it', () => {
  fc.assert(
    fc.property(fc.array(found, { maxLength: 40 }), (findings) => {
      const debated = debatedFindings(motion, findings);
      const places = debated.map(({ rule, step }) => `${rule} ${step}`);
      expect(new Set(places).size).toBe(places.length);
      expect(new Set(findings.map(({ rule, step }) => `${rule} ${step}`)).size).toBe(places.length);
      for (const one of debated) {
        expect(one.id).toMatch(/^f-[0-9a-f]{8}$/);
        expect(one.claim.length).toBeLessThanOrEqual(400);
        const severities = ['info', 'low', 'medium', 'high', 'critical'];
        const same = findings.filter(({ rule, step }) => rule === one.rule && step === one.step);
        expect(severities.indexOf(one.severity)).toBe(
          Math.max(...same.map(({ severity }) => severities.indexOf(severity))),
        );
      }
    }),
  );
});

test('the order says nothing: it is the same whoever spoke first, and another for each reader', () => {
  const rules = Array.from({ length: 12 }, (_, index) => `rule.${String.fromCodePoint(97 + index)}`);
  const findings = rules.map((rule): FindingDetail => ({
    id: rule.replace('.', '-'),
    rule,
    severity: 'low',
    step: null,
    claim: 'x',
    evidence: [],
  }));
  const debated = debatedFindings(motion, findings);
  expect(debatedFindings(motion, findings.toReversed())).toEqual(debated);
  const orders = ['reviewer-security', 'reviewer-reliability', 'planner'].map((reader) =>
    orderFor(reader, debated)
      .map(({ id }) => id)
      .join(' '),
  );
  expect(new Set(orders).size).toBe(3);
  expect(orderFor('planner', debated.toReversed())).toEqual(orderFor('planner', debated));
});
