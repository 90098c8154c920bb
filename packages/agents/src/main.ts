import { randomBytes } from 'node:crypto';
import { runProcess, serveUnix } from '@duovir/principal';
import type { Hono } from 'hono';
import { AgentError } from './error.ts';
import { installedPacks, openInstallation, type AgentInstallation } from './installation.ts';
import { createPlanner } from './planner/planner.ts';
import { isMandate } from './reviewer/catalogue.ts';
import { createReviewer } from './reviewer/reviewer.ts';

const [name = '', path = ''] = process.argv.slice(2);
const clock = (): Date => new Date();

/** `main.ts <principal> <state directory>`: one agent as its own process, in the role the trust policy gives it. */
await runProcess(name, async () => {
  const installation = openInstallation(name, path);
  return serveUnix(agentFor(installation), installation.state.socket(name));
});

function agentFor({ signer, principal, state, trust }: AgentInstallation): Hono {
  const { role, mandate = '' } = principal;
  if (role === 'planner') return createPlanner({ signer, packs: installedPacks(state), clock });
  if (role === 'reviewer' && isMandate(mandate))
    return createReviewer({ signer, mandate, trust, clock, salt: () => randomBytes(32).toString('hex') });
  throw new AgentError(
    'role-unknown',
    `The trust policy enrols ${name} as ${role} ${mandate}, which is no agent here.`,
  );
}
