import { memo, type JSX } from 'react';
import { Moment } from '../page/moment.tsx';
import type { Chapter, StoryItem } from '../story/chapters.ts';

/** More than these are folded away. */
const SHOWN_DETAILS = 6;

/** One stage of a run. Drawn anew only when something in it has changed. */
export const ChapterView = memo(function ChapterView({
  chapter,
  isLast,
}: {
  readonly chapter: Chapter;
  readonly isLast: boolean;
}): JSX.Element | null {
  // A stage that has nothing to say, and never will.
  if (chapter.items.length === 0 && !isLast) return null;
  const heading = `chapter-${chapter.seq}`;
  return (
    <section className="chapter" aria-labelledby={heading}>
      <h3 id={heading}>{chapter.stage}</h3>
      <ol className="story">
        {chapter.items.map((item) => (
          <Item key={item.seq} item={item} />
        ))}
      </ol>
    </section>
  );
});

const Item = memo(function Item({ item }: { readonly item: StoryItem }): JSX.Element {
  return (
    <li className={item.tone}>
      <Moment utc={item.time} precise />
      <div>
        <p>
          {item.text}
          {item.tone === 'running' && <span className="quiet"> …</span>}
          {item.note !== undefined && <span className="quiet note"> {item.note}</span>}
        </p>
        <Details lines={item.details ?? []} />
      </div>
      {item.entries.length > 0 && (
        <span className="entries quiet" title="Entries of the ledger">
          {item.entries.map((entry) => `#${entry}`).join(' ')}
        </span>
      )}
    </li>
  );
});

function Details({ lines }: { readonly lines: readonly string[] }): JSX.Element | null {
  if (lines.length === 0) return null;
  // The same line may come twice, and lines never change their order.
  const list = (
    <ul>
      {lines.map((line, at) => (
        <li key={`${at}`}>{line}</li>
      ))}
    </ul>
  );
  if (lines.length <= SHOWN_DETAILS) return list;
  return (
    <details>
      <summary>{lines[0]}</summary>
      {list}
    </details>
  );
}
