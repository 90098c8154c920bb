import type { WhyChange, WhyValue } from '@duovir/protocol';

/** A value in words: what is not shown is said to be there. */
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

export function wordsOf({
  resource,
  path,
  value,
  step,
}: Pick<WhyChange, 'resource' | 'path' | 'value' | 'step'>): string {
  return `${path === '' ? resource : `${resource} ${path}`} = ${valueText(value)}, made true by step ${step}`;
}
