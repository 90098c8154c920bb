import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  budgetSchema as budgetTables,
  createGateway,
  createGuard,
  createKeyResolver,
  createPostgresBudget,
  PlaceholderVault,
  RegisteredValues,
} from '@duovir/egress';
import {
  budgetSchema,
  digestOf,
  egressSchema,
  keyIdOf,
  rawPublicKey,
  signQuestion,
  type Model,
  type Principal,
  type Signer,
  type TrustPolicy,
} from '@duovir/protocol';
import { startPostgres } from '@duovir/server/postgres';
import pg from 'pg';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Ask } from './answered.ts';

/** The two parts of a trust policy that say which models there are and what they may cost. */
const policyFileSchema = z.strictObject({ egress: egressSchema, budget: budgetSchema });

export interface LiveModel {
  readonly ask: Ask;
  close(): Promise<void>;
}

export function readPolicyFile(path: string): z.infer<typeof policyFileSchema> {
  return policyFileSchema.parse(parse(readFileSync(path, 'utf8')));
}

/** A model behind the real gateway: route, guard, placeholders and budget are those of an installation. */
export async function openLiveModel(alias: string, policyFile: string): Promise<LiveModel> {
  const { egress, budget: caps } = readPolicyFile(policyFile);
  const model = egress.models.find((each) => each.alias === alias);
  if (!model) throw new Error(`${policyFile} has no model ${alias}.`);
  const { signer, principal } = newAgent(model);
  const policy = { version: 1, principals: [principal], budget: caps, egress } as Partial<TrustPolicy> as TrustPolicy;
  const { budget, close: closeBudget } = await openBudget();
  const guard = createGuard({ deadlineMs: 2000, internalDomains: egress.internalDomains });
  const clock = (): Date => new Date();
  let calls = 0;
  const gateway = createGateway({
    trust: () => ({ policy, digest: digestOf({ egress, budget: caps }) }),
    // Cases are no runs: each question stands for itself.
    run: async (run) => ({
      run,
      dataClass: 'public',
      team: 'evaluation',
      open: true,
      landing: false,
      course: { state: `${calls}`, plans: [], failures: [] },
    }),
    sensitive: async () => {
      const vault = new PlaceholderVault(randomBytes(32));
      return { registered: new RegisteredValues(), vault, schema: new Map(), store: async () => void vault.added() };
    },
    guard,
    budget,
    records: {
      asked: async () => {},
      leaving: async () => {},
      ended: async () => {},
      answerTo: async () => undefined,
      keep: async () => {},
    },
    keys: createKeyResolver({ environment: process.env, fetch: globalThis.fetch, clock }),
    progress: () => {},
    fault: (error) => console.error(error),
    clock,
    callId: () => callId((calls += 1)),
    mark: () => randomBytes(8).toString('hex'),
    fetch: globalThis.fetch,
  });
  return {
    ask: async (question) => gateway.ask(await signQuestion(signer, question, new Date().toISOString())),
    close: async () => {
      await gateway.close();
      await guard.close();
      await closeBudget();
    },
  };
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

function callId(number: number): string {
  const digits = number.toString(32).padStart(26, '0');
  return `call-${Array.from(digits, (digit) => LETTERS[Number.parseInt(digit, 32)]).join('')}`;
}

function newAgent({ alias, family }: Model): { readonly signer: Signer; readonly principal: Principal } {
  const name = 'evaluator';
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = rawPublicKey(publicKey);
  return {
    signer: { principal: name, keyId: keyIdOf(name, raw), sign: async (bytes) => sign(null, bytes, privateKey) },
    principal: {
      name,
      role: 'planner',
      publicKey: raw.toString('base64'),
      group: family,
      brain: { kind: 'model', model: alias, consult: 'always' },
    },
  };
}

/** Caps hold here too (Invariant 8), in a PostgreSQL that lives as long as the evaluation. */
async function openBudget() {
  const directory = mkdtempSync(join(tmpdir(), 'duovir-eval-'));
  chmodSync(directory, 0o755);
  const postgres = await startPostgres({ directory, settings: {}, onLog: () => {} });
  const pool = new pg.Pool({ connectionString: postgres.url, max: 4 });
  // `end` waits for none of its connections, and PostgreSQL may end them first. Queries say what is wrong themselves.
  pool.on('error', () => undefined);
  await pool.query('create schema if not exists duovir');
  await pool.query(budgetTables);
  const budget = createPostgresBudget({
    connectionString: postgres.url,
    now: () => new Date(),
    database: { query: async (sql, values = []) => (await pool.query(sql, [...values])).rows },
  });
  return {
    budget,
    close: async () => {
      await budget.close();
      await pool.end();
      await postgres.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
