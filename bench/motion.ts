import { Installation } from '../tests/chaos/installation.ts';
import type { Figure } from './figure.ts';

const WARM_UP = 5;
const ROUNDS = 60;
const P50_MS = 60;
const P99_MS = 200;

/** From POST /v1/runs to the first permit: plan, checks, two blind opinions, verdict and permit, each in the ledger. */
export async function benchMotion(): Promise<readonly Figure[]> {
  const installation = new Installation();
  try {
    await installation.up();
    const client = await installation.client();
    const times: number[] = [];
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      const started = performance.now();
      const { id } = await client.startRun({ goal: 'Cluster Redis: three masters', target: 'sandbox' });
      for await (const event of client.events(id)) {
        if (event.type === 'run-end') throw new Error(`the run ended before its permit: ${event.body.explanation}`);
        if (event.type !== 'permit-mint') continue;
        if (round >= WARM_UP) times.push(performance.now() - started);
        break;
      }
      await client.cancel(id);
      for await (const event of client.events(id)) if (event.type === 'run-end') break;
    }
    times.sort((a, b) => a - b);
    return [
      figure('motion.request-to-permit.p50', times[Math.floor(times.length / 2)]!, P50_MS),
      figure('motion.request-to-permit.p99', times[Math.ceil(times.length * 0.99) - 1]!, P99_MS),
    ];
  } finally {
    await installation.close();
  }
}

function figure(name: string, value: number, bar: number): Figure {
  return { name, value, unit: 'ms', comparedWith: null, ratio: null, bar: `<= ${bar} ms`, ok: value <= bar };
}
