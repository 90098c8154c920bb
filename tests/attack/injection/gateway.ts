import { randomBytes } from 'node:crypto';
import {
  createGateway,
  createGuard,
  createKeyResolver,
  RegisteredValues,
  type BudgetLedger,
  type ModelGateway,
  type PlaceholderVault,
  type RunFacts,
} from '@duovir/egress';
import { principalApp, serveUnix, type TrustedPolicy } from '@duovir/principal';
import { modelRequestSchema, type ModelAnswer } from '@duovir/protocol';

const GUARD_DEADLINE_MS = 10_000;

export interface GatewayParts {
  readonly trusted: TrustedPolicy;
  readonly budget: BudgetLedger;
  /** A value that is registered in every run. */
  readonly secret: string;
  vault(run: string): PlaceholderVault;
}

/** The gateway as the server composes it, on a socket. What it would record is kept by nobody: other tests look at that. */
export async function openGateway(parts: GatewayParts, socket: string): Promise<{ close(): Promise<void> }> {
  const { trusted, budget, secret, vault } = parts;
  const guard = createGuard({ deadlineMs: GUARD_DEADLINE_MS, internalDomains: [] });
  const registered = new RegisteredValues();
  registered.register('canary', secret);
  const answers = new Map<string, ModelAnswer>();
  const clock = (): Date => new Date();
  const gateway = createGateway({
    trust: () => trusted,
    run: async (run) => factsOf(run),
    sensitive: async (run) => {
      const own = vault(run);
      return { registered, vault: own, schema: new Map(), store: async () => void own.added() };
    },
    guard,
    budget,
    records: {
      asked: async () => {},
      leaving: async () => {},
      ended: async () => {},
      answerTo: async (question, principal) => answers.get(`${principal} ${question}`),
      keep: async (question, principal, answer) => void answers.set(`${principal} ${question}`, answer),
    },
    keys: createKeyResolver({ environment: {}, fetch: globalThis.fetch, clock }),
    progress: () => {},
    fault: (error) => {
      throw error;
    },
    clock,
    callId: () => `call-${letters(26)}`,
    mark: () => randomBytes(8).toString('hex'),
    fetch: globalThis.fetch,
  });
  const server = await serveUnix(appOf(gateway), socket);
  return {
    close: async () => {
      await gateway.close();
      await server.close();
      await guard.close();
    },
  };
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

export function letters(count: number): string {
  return Array.from(randomBytes(count), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

function factsOf(run: string): RunFacts {
  const course = { state: 'planning', plans: [], failures: [] };
  return { run, dataClass: 'internal', team: 'platform', open: true, landing: false, course };
}

function appOf(gateway: ModelGateway) {
  const app = principalApp();
  app.post('/v1/model-calls', async (context) =>
    context.json(await gateway.ask(modelRequestSchema.parse(await context.req.json()))),
  );
  return app;
}
