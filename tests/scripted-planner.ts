import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Brain } from '../tools/model-server/brain.ts';
import { startModelServer } from '../tools/model-server/model-server.ts';
import type { ModelServer } from '../tools/model-server/server.ts';

const cap = { tokens: 4_000_000, microUsd: 10_000_000 };

export interface ScriptedPlanner {
  readonly models: ModelServer;
  /** What `duovir init --models` reads: a planner that always asks the scripted model. */
  readonly file: string;
  close(): Promise<void>;
}

export async function startScriptedPlanner(brain: Brain): Promise<ScriptedPlanner> {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-planner-'));
  const models = await startModelServer({ brain });
  const file = join(folder, 'models.json');
  writeFileSync(file, JSON.stringify(modelsAt(models.url)));
  return {
    models,
    file,
    close: async () => {
      await models.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function modelsAt(address: string): object {
  const model = {
    alias: 'scripted',
    provider: 'openai-compatible',
    model: 'scripted-1',
    family: 'scripted',
    endpoint: `${address}/v1`,
    key: { kind: 'none' },
    dataClasses: ['internal'],
    price: { kind: 'fixed', input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite: 3_750_000 },
    maxOutputTokens: 4096,
    timeoutSeconds: 30,
  };
  return {
    egress: { models: [model], allowed: ['internal'], internalDomains: [] },
    budget: { day: cap, team: cap, agent: cap, run: cap, motion: cap, landingPercent: 20 },
    agents: [{ name: 'planner', model: 'scripted', consult: 'always' }],
  };
}
