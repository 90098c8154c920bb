import { plainText, type ExecutionEvent } from '@duovir/protocol';
import type { Conceal } from '../restoration/concealment.ts';

type Stream = 'stdout' | 'stderr';

/**
 * Tells lines of output as they come, as plain text, up to a cap for each stream: a server that floods while it starts
 * must not fill the memory of whoever listens slowly. The receipt has the end of what is not told.
 */
export function logLines(
  capBytes: number,
  conceal: Conceal,
  push: (event: ExecutionEvent) => void,
): (stream: Stream, line: string) => void {
  const left: Record<Stream, number> = { stdout: capBytes, stderr: capBytes };
  return (stream, line) => {
    if (left[stream] <= 0) return;
    left[stream] -= Buffer.byteLength(line) + 1;
    const text = left[stream] > 0 ? conceal(plainText(line)) : '[further output is not shown here]';
    push({ kind: 'log', stream, text });
  };
}
