import type { WhyValue } from '@duovir/protocol';

/** A value in words. */
export function valueText(value: WhyValue): string {
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? value : JSON.stringify(value);
  switch (value.kind) {
    case 'digest':
      return `${value.bytes} bytes, ${value.digest}`;
    case 'hidden':
      return 'a secret';
    case 'absent':
      return 'not there';
    case 'shredded':
      return 'shredded';
  }
}
