import { pointer } from '@duovir/policy';
import type { ActionCall, Probe, Step } from '@duovir/protocol';
import type { Look, ReviewRule } from '../rule.ts';

export const verifyProves: ReviewRule = {
  id: 'reliability.verify-proves',
  severity: 'medium',
  text: 'A probe looks at the thing itself: the file, the socket and who owns it, the value. An exit code alone proves little.',
  *look({ plan }) {
    for (const [index, step] of plan.steps.entries()) {
      const lacking = lackingProof(step);
      if (lacking === undefined) continue;
      yield {
        step: step.id,
        at: pointer('steps', index, 'verify'),
        claim: lacking === '' ? undefined : lacking,
        suggestion: lacking === '' ? undefined : 'Add a probe that fails before the step and succeeds after it.',
      };
    }
  },
};

/** Undefined: nothing to prove. Empty: proven. Else what is lacking. */
function lackingProof({ call, verify }: Step): string | undefined {
  switch (call.action) {
    case 'file.write@1':
    case 'directory.make@1':
      return verify.some((probe) => looksAtPath(probe, call.with.path, true))
        ? ''
        : `No probe looks at ${call.with.path}.`;
    case 'path.remove@1':
      return verify.some((probe) => looksAtPath(probe, call.with.path, false))
        ? ''
        : `No probe looks whether ${call.with.path} is gone.`;
    case 'service.start@1':
      return verify.some((probe) => looksAtService(probe, call))
        ? ''
        : `No probe looks whether ${call.with.name} itself owns port ${call.with.ready.port}; somebody else could.`;
    case 'command.run@1':
    case 'shell.exec@1':
      return verify.some(looksAtResult) ? '' : 'The probes rest on exit codes alone.';
    default:
      return undefined;
  }
}

function looksAtPath(probe: Probe, path: string, exists: boolean): boolean {
  return probe.action === 'file.probe@1' && probe.with.path === path && probe.expect.exists === exists;
}

function looksAtService(probe: Probe, call: Extract<ActionCall, { action: 'service.start@1' }>): boolean {
  return (
    probe.action === 'listener.probe@1' &&
    probe.expect.listening &&
    probe.with.port === call.with.ready.port &&
    probe.expect.service === call.with.name
  );
}

function looksAtResult(probe: Probe): boolean {
  if (probe.action !== 'command.probe@1') return true;
  const { equals, includes, lines } = probe.expect;
  return (equals ?? '') !== '' || (includes ?? '') !== '' || (lines ?? []).length > 0;
}

export const probeCanFail: ReviewRule = {
  id: 'reliability.probe-can-fail',
  severity: 'high',
  text: 'Each success criterion fails before the work is done; one that always succeeds proves nothing.',
  *look({ plan }) {
    for (const [index, probe] of plan.goal.successCriteria.entries()) {
      const empty = succeedsOnNothing(probe);
      const place: Look = { step: null, at: pointer('goal', 'successCriteria', index) };
      yield empty
        ? { ...place, claim: `${probe.id} succeeds in an empty sandbox.`, suggestion: 'Expect something to be there.' }
        : place;
    }
  },
};

function succeedsOnNothing(probe: Probe): boolean {
  switch (probe.action) {
    case 'file.probe@1':
      return !probe.expect.exists;
    case 'listener.probe@1':
      return !probe.expect.listening;
    case 'http.probe@1':
      return probe.expect.status >= 500;
    case 'command.probe@1':
      return probe.expect.exit !== 0 || /^(?:true|echo|printf|cat|date|id|hostname)$/.test(probe.with.argv[0] ?? '');
  }
}
