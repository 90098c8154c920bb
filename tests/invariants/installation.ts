import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadPublicKey, openTrustPolicy, stateDirectory, type StateDirectory } from '@duovir/principal';
import type { TrustPolicy } from '@duovir/protocol';

const DUOVIR = join(import.meta.dirname, '../../packages/cli/bin/duovir.js');

/** A state directory that `duovir init` made, and the trust policy it signed. Gone when the test ends. */
export async function installation(): Promise<{ readonly state: StateDirectory; readonly policy: TrustPolicy }> {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-invariants-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const state = stateDirectory(join(folder, 'state'));
  const child = spawn(process.execPath, [DUOVIR, 'init', '--state', state.root], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`duovir init ended with ${code}`);
  const { policy } = openTrustPolicy(readFileSync(state.trustPolicy, 'utf8'), loadPublicKey(state.officer));
  return { state, policy };
}
