import type { Finding } from '../finding.ts';
import { MANIFEST_FILE, type Manifest } from './manifest.ts';
import type { PackedEntry } from './packed-entry.ts';

const MINUTE_MS = 60_000;
/** What is signed in the period may be appended this much later. */
const LATE_MS = 15 * MINUTE_MS;
/** From the checkpoint of a pack to the entry that states its export: so long it may take to make one. */
const MAKING_MS = 60 * MINUTE_MS;

/** The time that the entries of a pack span, by the clocks of servers: those of others may be wrong, or their words late. */
export class Span {
  readonly #first: number;
  #begins: string | undefined;
  #ends: string | undefined;

  constructor(first: number) {
    this.#first = first;
  }

  read({ index, role, statement: { time } }: PackedEntry): void {
    if (index < this.#first || role !== 'server') return;
    this.#begins ??= time;
    if (this.#ends === undefined || time > this.#ends) this.#ends = time;
  }

  /** Of the first entry of a server; undefined where there is none. */
  get begins(): string | undefined {
    return this.#begins;
  }

  /** The latest. */
  get ends(): string | undefined {
    return this.#ends;
  }
}

/** The entry with which a server has stated the export. */
export interface StatedExport {
  readonly index: number;
  readonly time: string;
}

type Period = Pick<Manifest, 'from' | 'to' | 'first' | 'size'>;

/**
 * Where a log begins and ends, the root says; which part of it belongs to a period, nobody has signed. Whoever exports could
 * leave out the first days of it, or the last, and everything that is left would verify.
 */
export function auditPeriod(
  period: Period,
  span: Pick<Span, 'begins' | 'ends'>,
  stated: StatedExport | undefined,
): { readonly findings: readonly Finding[]; readonly remarks: readonly Finding[] } {
  const findings = [beginning(period, span), stated && end(period, span, stated)];
  return {
    findings: findings.flatMap((consequence) => told(consequence)),
    remarks: told(stated && tooSoon(period, stated)),
  };
}

function beginning({ from, first }: Period, { begins }: Pick<Span, 'begins'>): string | undefined {
  if (first === 0) return undefined;
  if (from === null) return `The period begins with the log, and what is here with entry ${first}.`;
  if (begins !== undefined && begins < from) return undefined;
  return `What is here does not begin before ${from}: entries of the period may stand before entry ${first}.`;
}

function end({ to, size }: Period, { ends }: Pick<Span, 'ends'>, { index, time }: StatedExport): string | undefined {
  const needed = Math.min(surelyOver(to), Date.parse(time) - MAKING_MS);
  if (index === size || (ends !== undefined && Date.parse(ends) >= needed)) return undefined;
  return `What is here ends ${ends === undefined ? 'before any word of a server' : `at ${ends}`}: of the ${index - size} entries between it and the export some may belong to the period.`;
}

/** It may not have begun; words may still come late, or the last of them be left out of a pack that took long to make. */
function tooSoon({ from, to, size }: Period, { index, time }: StatedExport): string | undefined {
  const ready = surelyOver(to) + (index === size ? 0 : MAKING_MS);
  const hasBegun = from === null || from <= time;
  if (hasBegun && (to === null || ready <= Date.parse(time))) return undefined;
  return `Exported at ${time}: too soon to have all of the period.`;
}

/** In milliseconds since 1970. */
export function surelyOver(to: string | null): number {
  return to === null ? Number.POSITIVE_INFINITY : Date.parse(to) + LATE_MS;
}

function told(consequence: string | undefined): Finding[] {
  return consequence === undefined ? [] : [{ file: MANIFEST_FILE, rule: 'period', consequence }];
}
