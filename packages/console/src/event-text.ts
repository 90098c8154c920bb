import type { RunEvent } from '@duovir/protocol';
import { duration } from './time.ts';

export interface EventText {
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'bad' | 'warn' | 'quiet' | 'stage';
  readonly details?: readonly string[];
}

/** What an event says to a person; undefined for those that only machines count. */
export function eventText(event: RunEvent): EventText | undefined {
  switch (event.type) {
    case 'run-start':
      return { text: `${event.body.requester} asks: ${event.body.request.goal}`, tone: 'plain' };
    case 'stage-start':
      return { text: event.body.stage, tone: 'stage' };
    case 'plan-propose':
      return {
        text: `Plan ${event.body.revision} from ${event.body.playbook}`,
        tone: 'plain',
        details: event.body.steps.map(({ id, title }) => `${id}: ${title}`),
      };
    case 'plan-refuse':
      return {
        text: event.body.explanation,
        tone: 'bad',
        details: event.body.nearest.map(({ playbook, title }) => `${playbook}: ${title}`),
      };
    case 'motion-freeze':
      return {
        text: `Motion ${event.body.motion.slice(7, 19)} is ${event.body.riskClass}`,
        tone: 'quiet',
        details: event.body.reasons,
      };
    case 'checks-end':
      return {
        text: event.body.passed ? 'The checkers let it pass' : 'The checkers deny it',
        tone: event.body.passed ? 'good' : 'bad',
        details: event.body.findings.map(({ claim }) => claim),
      };
    case 'opinion-reveal':
      return {
        text: `${event.body.reviewer} (${event.body.mandate}): ${event.body.verdict}. ${event.body.rationale}`,
        tone: event.body.verdict === 'approve' ? 'good' : event.body.verdict === 'reject' ? 'bad' : 'warn',
        details: event.body.findings.map(({ severity, claim }) => `${severity}: ${claim}`),
      };
    case 'opinion-miss':
      return { text: `${event.body.reviewer} does not answer: ${event.body.reason}`, tone: 'warn' };
    case 'verdict-reach':
      return {
        text: `Verdict: ${event.body.verdict}. ${event.body.explanation}`,
        tone: event.body.verdict === 'carried' ? 'good' : event.body.verdict === 'rejected' ? 'bad' : 'warn',
      };
    case 'approval-wait':
      return {
        text: `Waits for ${event.body.needed} of ${event.body.people.join(', ')}: ${event.body.reason}`,
        tone: 'warn',
      };
    case 'approval-give':
      return {
        text: `${event.body.person}: ${event.body.verdict}`,
        tone: event.body.verdict === 'approve' ? 'good' : 'bad',
      };
    case 'permit-refuse':
      return { text: `The runner refused ${event.body.step}: ${event.body.explanation}`, tone: 'bad' };
    case 'step-start':
      return event.body.purpose === 'apply'
        ? { text: `${event.body.title} (${event.body.action})`, tone: 'plain' }
        : { text: `Undoes ${event.body.step}`, tone: 'warn' };
    case 'step-end':
      return {
        text: `${event.body.step} ${event.body.outcome} after ${duration(event.body.milliseconds)}`,
        tone: event.body.outcome === 'succeeded' ? 'good' : 'bad',
        ...(event.body.outcome === 'failed' ? { details: event.body.stderr.trim().split('\n').slice(-6) } : {}),
      };
    case 'attestation-make':
      return {
        text: `The attestor saw: ${event.body.about}${event.body.step ? ` of ${event.body.step}` : ''} ${event.body.outcome}`,
        tone: event.body.outcome === 'succeeded' ? 'good' : event.body.about === 'control' ? 'quiet' : 'bad',
        details: [...event.body.probes.map(({ id, summary }) => `${id}: ${summary}`), ...event.body.differences],
      };
    case 'diagnosis-make':
      return {
        text: `Diagnosis: ${event.body.diagnosis.title}. ${event.body.diagnosis.explanation}`,
        tone: 'warn',
        details: event.body.diagnosis.evidence,
      };
    case 'diagnosis-confirm':
      return {
        text: event.body.summary,
        tone: 'plain',
        details: event.body.listeners.map(({ address, port, argv }) => `${address}:${port} is held by ${argv}`),
      };
    case 'patch-propose':
      return {
        text: `Heal: ${event.body.explanation}`,
        tone: 'warn',
        details: event.body.patch.map(({ path, value }) => `${path} = ${JSON.stringify(value)}`),
      };
    case 'sandbox-lose':
      return { text: 'The sandbox was lost; the work begins anew in a new one', tone: 'warn' };
    case 'undo-start':
      return { text: `Undo: ${event.body.reason}`, tone: 'warn', details: event.body.steps };
    case 'cancel-request':
      return { text: `${event.body.person} stops the run`, tone: 'warn' };
    case 'run-end':
      return {
        text: `${event.body.outcome} after ${duration(event.body.milliseconds)}. ${event.body.explanation}`,
        tone: event.body.outcome === 'succeeded' ? 'good' : 'bad',
      };
    default:
      return undefined;
  }
}
