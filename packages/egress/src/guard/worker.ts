import { parentPort, workerData } from 'node:worker_threads';
import { detect } from '../detector/detect.ts';
import { guardQuestionSchema, guardSettingsSchema, type GuardAnswer } from './message.ts';

const { internalDomains } = guardSettingsSchema.parse(workerData);

// The first text would pay for compiling every rule, out of its deadline.
detect('warm = up');
answer({ kind: 'ready' });

parentPort?.on('message', (message: unknown) => {
  const { id, text } = guardQuestionSchema.parse(message);
  answer({ kind: 'found', id, spans: detect(text, { internalDomains }) });
});

function answer(message: GuardAnswer): void {
  parentPort?.postMessage(message, []);
}
