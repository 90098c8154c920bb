import { Journal, Killed } from './journal.fixture.ts';
import { run } from './run.ts';
import { World, type WorldScript } from './world.fixture.ts';

/** Runs to the end, restarting after each kill. */
export async function settle(
  script: WorldScript,
  kills: readonly { readonly at: number; readonly after: boolean }[] = [],
): Promise<{ world: World; journal: Journal; outcome: string; reason: string }> {
  const world = new World(script);
  const journal = new Journal(world.actions);
  for (const { at, after } of [...kills, { at: Number.POSITIVE_INFINITY, after: false }]) {
    try {
      const { outcome, reason } = await run(journal.process(at, after));
      return { world, journal, outcome, reason };
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
  throw new Error('the last process is never killed');
}
