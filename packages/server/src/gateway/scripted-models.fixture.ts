import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Models } from '../api/api.fixture.ts';

const PROGRAM = fileURLToPath(new URL('../../../../tools/model-server/main.ts', import.meta.url));
const cap = { tokens: 1_000_000, microUsd: 50_000_000 };

export interface ScriptedModels {
  readonly url: string;
  /** Bodies of the requests so far, as the bytes that came off the socket. */
  received(): Buffer[];
  close(): Promise<void>;
}

/** A process that speaks as a provider does and answers by the script. */
export async function startScriptedModels(rules: readonly object[]): Promise<ScriptedModels> {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-models-'));
  const requests = join(folder, 'requests.ndjson');
  writeFileSync(join(folder, 'script.json'), JSON.stringify({ rules }));
  const child = spawn(process.execPath, [PROGRAM, '--script', join(folder, 'script.json'), '--requests', requests], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return {
    url: String(line).trim(),
    received: () =>
      existsSync(requests)
        ? readFileSync(requests, 'utf8')
            .trim()
            .split('\n')
            .map((request) => Buffer.from((JSON.parse(request) as { body: string }).body, 'base64'))
        : [],
    close: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A trust policy whose planner thinks with the scripted model. */
export function modelsAt(url: string, budget: Partial<NonNullable<Models['budget']>> = {}): Models {
  return {
    brains: { planner: { group: 'scripted', brain: { kind: 'model', model: 'scripted', consult: 'always' } } },
    budget: { day: cap, team: cap, agent: cap, run: cap, motion: cap, landingPercent: 20, ...budget },
    egress: {
      allowed: ['public', 'internal'],
      internalDomains: [],
      models: [
        {
          alias: 'scripted',
          provider: 'openai-compatible',
          model: 'scripted-1',
          family: 'scripted',
          endpoint: `${url}/v1`,
          key: { kind: 'none' },
          dataClasses: ['public', 'internal'],
          price: { kind: 'fixed', input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite: 3_750_000 },
          maxOutputTokens: 1024,
          timeoutSeconds: 30,
        },
      ],
    },
  };
}
