import type { ExecutionSubject, FindingDetail } from '@duovir/protocol';
import { numberFindings, type FindingDraft } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import { argumentFindings } from './argument-rule.ts';
import { environmentFindings } from './environment-rule.ts';
import { limitFindings } from './limit-rule.ts';
import { listenFindings } from './listen-rule.ts';
import { pathFindings } from './path-rule.ts';
import { placeholderFindings } from './placeholder-rule.ts';
import { probeFindings } from './probe-rule.ts';
import { valueFindings } from './value-rule.ts';
import { secretFindings } from './secret-rule.ts';
import { invocationsOf, placeInSubject, textsOf, type SubjectPlace } from './subject-text.ts';

/**
 * What never executes, whatever anybody voted. The server asks before the review, the runner again on the exact bytes
 * (Invariant 1). `isDenied` says whether the findings deny.
 */
export function policyFloor(subject: ExecutionSubject): FindingDetail[] {
  return numberFindings(floorDrafts(subject, placeInSubject(subject)));
}

/**
 * The same over the bytes that are about to be executed, with the values put back in: a host that a placeholder stood
 * for may be one that no step may touch. That there are secrets in it now, and placeholders no more, is as it should be.
 */
export function restoredFloor(restored: ExecutionSubject, approved: ExecutionSubject): FindingDetail[] {
  const place = placeInSubject(restored);
  return numberFindings([...valueFindings(restored, approved, place), ...floorOfWords(restored, place)]);
}

export function floorDrafts(subject: ExecutionSubject, place: SubjectPlace): FindingDraft[] {
  const { call, verify } = subject;
  return [
    ...placeholderFindings(subject, place),
    ...secretFindings(textsOf(call, invocationsOf(call, verify, place), place), place.step),
    ...floorOfWords(subject, place),
  ];
}

function floorOfWords({ call, verify }: ExecutionSubject, place: SubjectPlace): FindingDraft[] {
  const invocations = invocationsOf(call, verify, place);
  const findings = [
    ...pathFindings(call, place),
    ...limitFindings(call, place),
    ...probeFindings(verify, pointer(...place.verify), place.step),
  ];
  for (const invocation of invocations)
    findings.push(...argumentFindings(invocation, place.step), ...environmentFindings(invocation, place.step));
  if (call.action === 'file.write@1')
    findings.push(...listenFindings(call.with.content, pointer(...place.call, 'with', 'content'), place.step));
  if (call.action === 'service.start@1' || call.action === 'command.run@1')
    // `postgres -c name=value` and `nginx -g 'listen …;'` are lines of a configuration given as arguments.
    findings.push(...listenFindings(call.with.argv.join('\n'), pointer(...place.call, 'with', 'argv'), place.step));
  return findings;
}
