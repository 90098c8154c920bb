import type { WhyValue } from './why.ts';

/** A value of an answer to why, in words: what is not shown is said to be there. */
export function whyValueText(value: WhyValue): string {
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
