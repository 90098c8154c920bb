import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionInput } from '@duovir/protocol';
import { failed, succeeded, type ActionResult, type Cause } from './action-result.ts';
import { sandboxOf, type ActionScope } from './action-scope.ts';
import { SupervisedService, type OutputListener } from './supervised-service.ts';

const FIRST_LOOK_MS = 10;
const LONGEST_LOOK_MS = 100;

/** Starts a server in the foreground and waits until it listens. What does not get ready is not left running. */
export async function startRunService(
  input: ActionInput<'service.start@1'>,
  scope: ActionScope,
): Promise<ActionResult> {
  const live = sandboxOf(scope);
  if (live.services.get(input.name)?.alive)
    return failed('infrastructure', `Service ${input.name} is running already; stop it before it is started again.`);
  let started = false;
  const onOutput: OutputListener = (stream, line) => {
    // What a service says later belongs to no step.
    if (!started) scope.onOutput(stream, line);
  };
  const service = await SupervisedService.start(live.sandbox, input, scope.concealment, onOutput);
  live.services.set(input.name, service);
  const end = await readiness(service, input, scope);
  started = true;
  if (end.kind === 'ready') {
    service.supervise();
    return succeeded(service.output());
  }
  await service.stop('SIGTERM', 2_000);
  live.services.delete(input.name);
  return { outcome: 'failed', cause: end.cause, exit: end.exit, ...service.output() };
}

type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-ready'; readonly cause: Cause; readonly exit: number | null };

async function readiness(
  service: SupervisedService,
  { ready }: ActionInput<'service.start@1'>,
  scope: ActionScope,
): Promise<Readiness> {
  const patience = Math.min(ready.timeoutMs, scope.timeoutMs);
  const deadline = performance.now() + patience;
  const exited = service.exited.then(({ exit }): Readiness => ({ kind: 'not-ready', cause: 'exit', exit }));
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 2, LONGEST_LOOK_MS)) {
    const ended = await Promise.race([exited, sleep(pause)]);
    if (ended) return ended;
    if (scope.signal.aborted) return { kind: 'not-ready', cause: 'cancelled', exit: null };
    if (service.listens()) return { kind: 'ready' };
    if (performance.now() > deadline) {
      const cause = patience < ready.timeoutMs ? 'timeout' : 'not-ready';
      return { kind: 'not-ready', cause, exit: null };
    }
  }
}
