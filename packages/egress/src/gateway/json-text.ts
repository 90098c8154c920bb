import type { Json } from '@duovir/protocol';

/** Every text in a JSON value, keys included, as its reader gets it: with no escape sequence left that could hide one. */
export function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each: Json) => textsIn(each));
  return Object.entries(value).flatMap(([key, each]) => [key, ...textsIn(each)]);
}

/** The value with each of its texts changed, keys included. */
export function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: Json) => mapTexts(each, change));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [change(key), mapTexts(each, change)]));
}
