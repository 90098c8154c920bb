import type { RunEvent } from '@duovir/protocol';
import type { EventText, Tone } from './event-text.ts';

const confirmationTones = { succeeded: 'good', failed: 'bad', unknown: 'warn' } as const satisfies Record<string, Tone>;
const confirmations = {
  succeeded: 'The attestor confirms it',
  failed: 'The attestor does not see it',
  unknown: 'The attestor cannot tell',
} as const;

/** Why something failed, and what was changed so that it no longer does. */
export function healText(event: RunEvent): EventText | undefined {
  switch (event.type) {
    case 'diagnosis-make':
      return {
        text: `Diagnosis: ${event.body.diagnosis.title}`,
        tone: 'warn',
        details: [event.body.diagnosis.explanation, ...event.body.diagnosis.evidence],
      };
    case 'diagnosis-confirm':
      return {
        text: `${confirmations[event.body.outcome]}: ${event.body.summary}`,
        tone: confirmationTones[event.body.outcome],
        details: event.body.listeners.map(({ address, port, argv }) => `${address}:${port} is held by ${argv}`),
      };
    case 'patch-propose':
      return {
        text: `Heal: ${event.body.explanation}`,
        tone: 'warn',
        details: event.body.patch.map(({ path, value }) => `${path} = ${JSON.stringify(value)}`),
      };
    default:
      return undefined;
  }
}
