import { whyValueText, type WhyValue } from '@duovir/protocol';
import { plainText } from '../story/plain-text.ts';

/** A value in words, with nothing invisible in them. */
export function valueText(value: WhyValue): string {
  return plainText(whyValueText(value));
}

/** Whether what somebody sees is what was attested; undefined where the browser cannot tell. */
export function isAsAttested(value: WhyValue, observed: string): boolean | undefined {
  if (value === null || typeof value !== 'object') return observed === (typeof value === 'string' ? value : `${value}`);
  return value.kind === 'absent' ? observed === '' : undefined;
}
