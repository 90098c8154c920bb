import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from './durable-file.ts';

const VERSION_FILE = /^([1-9]\d{0,8})\.json$/;

/**
 * How trust policies lie on disk: the newest at `trust/policy.json`, and every one that was ever in force, the newest
 * included, at `trust/history/<version>.json`. Each file is one line, the officer's envelope in canonical JSON.
 */
export function historyFile(trustPolicy: string, version: number): string {
  return join(dirname(trustPolicy), 'history', `${version}.json`);
}

/** Versions in the history, newest first. */
export function historyVersions(trustPolicy: string): number[] {
  const folder = join(dirname(trustPolicy), 'history');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => Number(VERSION_FILE.exec(name)?.[1] ?? []))
    .filter((version) => version > 0)
    .toSorted((left, right) => right - left);
}

/**
 * Puts a signed policy in force for everybody who reads the file. The history comes first: what was in force can always be
 * found again. May be repeated.
 */
export function placeTrustPolicy(trustPolicy: string, version: number, signed: string): void {
  const content = `${signed.trim()}\n`;
  replaceFile(historyFile(trustPolicy, version), content);
  replaceFile(trustPolicy, content);
}
