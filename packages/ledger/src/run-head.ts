import { hash } from 'node:crypto';
import type { Digest } from '@duovir/protocol';

const DOMAIN = 'duovir/run/v1\0';

/** The entries of one run so far: how many, and a chain over them. Its settlement names both, so that none can be left out of an excerpt. */
export interface RunHead {
  readonly entries: number;
  readonly chain: Digest;
}

/** `SHA-256("duovir/run/v1\0" || run)`: a run without entries. */
export function startOfRun(run: string): RunHead {
  return { entries: 0, chain: `sha256:${hash('sha256', DOMAIN + run, 'hex')}` };
}

/** `SHA-256(chain || leaf hash)`, both as 32 bytes, in the order of the log. */
export function extendRun({ entries, chain }: RunHead, leaf: Uint8Array): RunHead {
  const before = Buffer.from(chain.slice('sha256:'.length), 'hex');
  return { entries: entries + 1, chain: `sha256:${hash('sha256', Buffer.concat([before, leaf]), 'hex')}` };
}
