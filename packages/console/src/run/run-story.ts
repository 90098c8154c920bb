import type { Client } from '@duovir/sdk';
import { useEffect, useState } from 'react';
import { failed, type Failed } from '../page/load.ts';
import type { Chapter } from '../story/chapters.ts';
import { StoryBook } from '../story/story-book.ts';

/** Many events may come at once; drawing them together keeps the page quick. */
const BATCH_MS = 100;

interface RunStory {
  readonly chapters: readonly Chapter[];
  readonly failure: Failed | undefined;
}

/** The run's story from its beginning, then live, until it ends or the page is left. */
export function useRunStory(client: Client, id: string): RunStory {
  const [chapters, setChapters] = useState<readonly Chapter[]>([]);
  const [failure, setFailure] = useState<Failed>();
  useEffect(() => {
    const leave = new AbortController();
    const book = new StoryBook();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = async (): Promise<void> => {
      // A page may stay open over night: it waits for its server for as long as it takes.
      for await (const event of client.events(id, { signal: leave.signal, patienceMs: Infinity })) {
        book.add(event);
        timer ??= setTimeout(() => {
          timer = undefined;
          setChapters(book.read());
        }, BATCH_MS);
        if (event.type === 'run-end') return;
      }
    };
    follow().catch((error: unknown) => setFailure(failed(error)));
    return () => {
      leave.abort();
      clearTimeout(timer);
    };
  }, [client, id]);
  return { chapters, failure };
}
