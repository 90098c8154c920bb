import { whyValueText, type WhyChange } from '@duovir/protocol';

export function wordsOf({
  resource,
  path,
  value,
  step,
}: Pick<WhyChange, 'resource' | 'path' | 'value' | 'step'>): string {
  return `${path === '' ? resource : `${resource} ${path}`} = ${whyValueText(value)}, made true by step ${step}`;
}
