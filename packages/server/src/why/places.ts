import { formatValuePath, parseValuePath, pointerOf, type WhyPlaces } from '@duovir/protocol';
import type { Reader } from '../access/reader.ts';
import type { Api } from '../api/ports.ts';

export interface PlacesQuestion {
  readonly target: string;
  readonly resource?: string | undefined;
  readonly prefix: string;
  readonly limit: number;
}

/** What can be asked about: resources, or the paths in one of them, that begin so. Only what the reader may read of. */
export async function placesOf(
  { attestedValues, whyIndex }: Pick<Api, 'attestedValues' | 'whyIndex'>,
  { target, resource, prefix, limit }: PlacesQuestion,
  reader: Reader,
): Promise<WhyPlaces> {
  await whyIndex.catchUp();
  const places =
    resource === undefined
      ? await attestedValues.resources(target, prefix, limit + 1)
      : await attestedValues.paths(target, resource, pointerPrefix(prefix), limit + 1);
  const shown = await reader.readable(places.slice(0, limit), ({ run }) => run);
  return {
    items: shown.map(({ resource: name, path }) => ({
      resource: name,
      path: resource === undefined ? '' : formatValuePath(path),
      pointer: resource === undefined ? '' : pointerOf(path),
    })),
    more: places.length > limit,
  };
}

/** `spec.con` begins like `/spec/containers`. What is no path yet is being typed. */
function pointerPrefix(prefix: string): string {
  if (prefix === '' || prefix.startsWith('/')) return prefix;
  const ended = /[.[]$/.test(prefix);
  const path = parseValuePath(ended ? prefix.slice(0, -1) : prefix);
  return path ? `${pointerOf(path)}${ended ? '/' : ''}` : '/';
}
