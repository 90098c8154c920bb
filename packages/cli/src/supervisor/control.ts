import { principalApp, serveUnix, type StateDirectory } from '@duovir/principal';
import { familyOf } from './family.ts';
import type { Supervisor } from './supervisor.ts';

export const SUPERVISOR = 'supervisor';

/** The supervisor's own socket. Whoever can open it owns the state directory anyway. */
export async function serveControl(
  state: StateDirectory,
  supervisor: Supervisor,
  onDown: () => void,
): Promise<{ close(): Promise<void> }> {
  const app = principalApp();
  app.get('/v1/status', (context) => context.json(supervisor.status));
  app.post('/v1/start', (context) => {
    supervisor.revive();
    return context.json(supervisor.status);
  });
  app.post('/v1/down', (context) => {
    const family = familyOf(process.pid);
    setImmediate(onDown);
    return context.json({ family });
  });
  return serveUnix(app, state.socket(SUPERVISOR));
}
