import { expect, test } from 'vitest';
import { soundPolicy } from '../fixtures/plan.ts';
import { isDenied } from '../finding/finding.ts';
import { checkIntent } from './intent-check.ts';

const policy = { ...soundPolicy, requests: { signedFrom: 'R2' } } as const;

test.each([
  ['R1', false, false],
  ['R2', false, true],
  ['R3', false, true],
  ['R3', true, false],
] as const)('a request of class %s, signed: %s, is denied: %s', (riskClass, isSigned, denied) => {
  expect(isDenied(checkIntent(riskClass, isSigned, policy))).toBe(denied);
});
