import type { RegisteredValues } from '../registered/registered-values.ts';
import { removeSpans, type Detector } from '../span.ts';
import { ScrubbedStream } from './scrubbed-stream.ts';

/** Takes secrets out of text before it is stored or shown. */
export interface Scrubber {
  scrub(text: string): string;
  /** For text that arrives in pieces: a secret cut in two is still found. */
  stream(): ScrubbedStream;
}

export function createScrubber(registered: RegisteredValues, detectors: readonly Detector[] = []): Scrubber {
  const find: Detector = (text) => [...registered.find(text), ...detectors.flatMap((detect) => detect(text))];
  return {
    scrub: (text) => removeSpans(text, find(text)),
    stream: () => new ScrubbedStream(find, registered),
  };
}
