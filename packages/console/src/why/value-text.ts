import type { WhyValue } from '@duovir/protocol';
import { plainText } from '../story/plain-text.ts';

/** A value in words. */
export function valueText(value: WhyValue): string {
  if (value === null || typeof value !== 'object') return plainText(typeof value === 'string' ? value : `${value}`);
  switch (value.kind) {
    case 'digest':
      return `${value.bytes} bytes, ${value.digest}`;
    case 'hidden':
      return 'a secret, which is not shown';
    case 'absent':
      return 'not there';
    case 'shredded':
      return 'shredded with its plan';
  }
}

/** Whether what somebody sees is what was attested; undefined where the browser cannot tell. */
export function isAsAttested(value: WhyValue, observed: string): boolean | undefined {
  if (value === null || typeof value !== 'object') return observed === (typeof value === 'string' ? value : `${value}`);
  return value.kind === 'absent' ? observed === '' : undefined;
}
