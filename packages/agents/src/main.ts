import { randomBytes } from 'node:crypto';
import { runProcess, serveUnix } from '@duovir/principal';
import type { Hono } from 'hono';
import { modelBrainOf } from './brain/model-brain.ts';
import { AgentError } from './error.ts';
import { openInstallation, type AgentInstallation } from './installation.ts';

const [name = '', path = ''] = process.argv.slice(2);
const clock = (): Date => new Date();

/** `main.ts <principal> <state directory>`: one agent as its own process, in the role the trust policy gives it. */
await runProcess(name, async () => {
  const installation = await openInstallation(name, path);
  return serveUnix(await agentFor(installation), installation.state.socket(name));
});

/** Each role loads its own code only: a process holds nothing that it does not need. */
async function agentFor(installation: AgentInstallation): Promise<Hono> {
  const { signer, principal, state, trust } = installation;
  const { role, mandate = '' } = principal;
  if (role === 'planner' || role === 'healer') {
    const { installedPacks } = await import('./installed-packs.ts');
    const parts = { signer, packs: installedPacks(state), clock };
    const model = modelBrainOf(installation, clock);
    if (role === 'planner') return (await import('./planner/planner.ts')).createPlanner({ ...parts, trust, model });
    return (await import('./healer/healer.ts')).createHealer({ ...parts, model });
  }
  if (role === 'reviewer') {
    const [{ createReviewer }, { workOf }] = await Promise.all([
      import('./reviewer/reviewer.ts'),
      import('./reviewer/work.ts'),
    ]);
    const work = workOf(mandate, modelBrainOf(installation, clock));
    if (work) return createReviewer({ signer, work, trust, clock, salt: () => randomBytes(32).toString('hex') });
  }
  const enrolledAs = mandate === '' ? role : `${role} with the mandate ${mandate}`;
  throw new AgentError(
    'role-unknown',
    `The trust policy enrols ${name} as ${enrolledAs}, which no agent of this version is.`,
  );
}
