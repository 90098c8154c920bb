import type { Client } from '@duovir/sdk';

const MOST = 500;
const SHOWN = 5;

export interface Sought {
  readonly target: string;
  readonly resource: string;
  readonly path?: string;
}

/** Known places that are most like what was asked for: paths of the resource, or resources where nobody knows that one. */
export async function nearestPlaces(client: Client, { target, resource, path }: Sought): Promise<string[]> {
  const { items: paths } = await client.whyPlaces({ target, resource, limit: MOST });
  if (paths.length > 0)
    return closest(
      path ?? '',
      paths.flatMap((place) => (place.path === '' ? [] : [place.path])),
    ).map((name) => `${resource} ${name}`);
  const { items: resources } = await client.whyPlaces({ target, limit: MOST });
  return closest(
    resource,
    resources.map((place) => place.resource),
  );
}

function closest(sought: string, names: readonly string[]): string[] {
  const wanted = pairsOf(sought);
  const likeness = (name: string): number => {
    const pairs = pairsOf(name);
    const common = [...pairs].filter((pair) => wanted.has(pair)).length;
    return (2 * common) / (pairs.size + wanted.size);
  };
  return names
    .map((name) => ({ name, likeness: likeness(name) }))
    .toSorted((left, right) => right.likeness - left.likeness || (left.name < right.name ? -1 : 1))
    .slice(0, SHOWN)
    .map(({ name }) => name);
}

/** Dice's coefficient over neighbouring letters. */
function pairsOf(text: string): ReadonlySet<string> {
  const lower = ` ${text.toLowerCase()} `;
  return new Set(Array.from({ length: lower.length - 1 }, (_, at) => lower.slice(at, at + 2)));
}
