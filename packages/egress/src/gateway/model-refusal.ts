import type { ModelRefusal } from '@duovir/protocol';
import { EgressError, type EgressErrorCode } from '../error.ts';

const refusals: Partial<Record<EgressErrorCode, ModelRefusal>> = {
  'no-model-configured': 'no-model',
  'route-closed': 'route-closed',
  'price-unknown': 'price-unknown',
  'price-outdated': 'price-unknown',
  'budget-exhausted': 'budget-exhausted',
  'budget-crowded': 'budget-exhausted',
  'budget-unavailable': 'budget-exhausted',
  'model-stopped': 'stopped',
  runaway: 'runaway',
  'provider-failed': 'provider-failed',
  'key-unavailable': 'provider-failed',
  'key-exposed': 'provider-failed',
  'key-unusable': 'provider-failed',
  'answer-forged': 'answer-forged',
  'answer-invalid': 'answer-invalid',
};

const LONGEST_DETAIL = 1000;

/** What the agent is told. Only the words of our own errors: those of others may quote what must not be seen. */
export function refusalFor(error: unknown): { readonly code: ModelRefusal; readonly detail: string } {
  if (!(error instanceof EgressError))
    return { code: 'egress-blocked', detail: 'The call could not be checked and recorded, so it was not made.' };
  return { code: refusals[error.code] ?? 'egress-blocked', detail: error.message.slice(0, LONGEST_DETAIL) };
}
