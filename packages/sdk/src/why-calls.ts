import {
  pageOf,
  whyAnswerSchema,
  whyChangeSchema,
  whyPlacesSchema,
  whyRebuildSchema,
  type WhyAnswer,
  type WhyChange,
  type WhyPlaces,
  type WhyRebuild,
} from '@duovir/protocol';
import type { Transport } from './transport.ts';

export interface WhyQuestion {
  readonly target?: string;
  readonly resource: string;
  /** Without one: the resource as a whole, or its port. */
  readonly path?: string;
  /** A time, or the index of an entry: as it was then. */
  readonly at?: string;
}

/** One of them. */
export interface ChangeFilter {
  /** A run, or the digest of a motion or a verdict. */
  readonly decision?: string;
  readonly agent?: string;
  /** A version of the trust policy. */
  readonly policy?: number;
}

export interface WhyCalls {
  /** From a value back to the request. Nothing of it has to be believed: each link names an entry. */
  why(question: WhyQuestion): Promise<WhyAnswer>;
  /** What can be asked about: resources, or the paths in one, that begin so. */
  whyPlaces(question: {
    readonly target?: string;
    readonly resource?: string;
    readonly prefix?: string;
    readonly limit?: number;
  }): Promise<WhyPlaces>;
  /** Newest first. */
  whyChanges(filter: ChangeFilter): AsyncGenerator<WhyChange>;
  /** Derives the index anew and says whether it had said something else. */
  rebuildWhy(): Promise<WhyRebuild>;
}

const PAGE = 200;

export function whyCalls(transport: Transport): WhyCalls {
  return {
    why: (question) => transport.json({ path: '/v1/why', query: { ...question } }, whyAnswerSchema),
    whyPlaces: (question) => transport.json({ path: '/v1/why/places', query: { ...question } }, whyPlacesSchema),
    whyChanges: async function* (filter) {
      for (let cursor: string | null | undefined; cursor !== null;) {
        const query = { ...filter, limit: PAGE, cursor };
        const page = await transport.json({ path: '/v1/why/changes', query }, pageOf(whyChangeSchema));
        yield* page.items;
        cursor = page.cursor;
      }
    },
    rebuildWhy: () => transport.json({ method: 'POST', path: '/v1/why/rebuild' }, whyRebuildSchema),
  };
}
