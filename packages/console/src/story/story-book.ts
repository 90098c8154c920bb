import type { RunEvent } from '@duovir/protocol';
import { Chapters, type Chapter, type Place } from './chapters.ts';
import { eventText, type EventText } from './event-text.ts';
import { answerEnding, questionText, writingNote } from './model-text.ts';
import { lastLines, stepEnding, stepTitle } from './step-text.ts';

type CallEvent = Extract<RunEvent, { readonly type: 'model-start' | 'model-progress' | 'model-retry' | 'model-end' }>;
type StepEvent = Extract<RunEvent, { readonly type: 'permit-mint' | 'step-start' | 'step-log' | 'step-end' }>;

/**
 * The events of a run as chapters, one per stage. All that happened in one attempt at a step is one item, as is all of one
 * call to a model; what commands wrote is kept only as far as it is shown.
 */
export class StoryBook {
  readonly #chapters = new Chapters();
  /** By step, purpose and attempt, the name of a step alone being its newest attempt; and by call to a model. */
  readonly #places = new Map<string, Place>();
  readonly #permits = new Map<string, number>();

  add(event: RunEvent): void {
    switch (event.type) {
      case 'stage-start':
        return this.#chapters.begin(event.seq, event.body.stage);
      case 'permit-mint':
      case 'step-start':
      case 'step-log':
      case 'step-end':
        return this.#addStep(event);
      case 'model-start':
      case 'model-progress':
      case 'model-retry':
      case 'model-end':
        return this.#addCall(event);
      case 'attestation-make': {
        const { about, step, outcome, entry } = event.body;
        const place = about === 'step' && outcome === 'succeeded' ? this.#places.get(step ?? '') : undefined;
        if (!place) return this.#tell(event);
        return this.#chapters.change(place, ({ note, entries }) => ({
          note: [note, 'attested'].filter(Boolean).join(', '),
          entries: [...entries, ...listed(entry)],
        }));
      }
      default:
        return this.#tell(event);
    }
  }

  read(): readonly Chapter[] {
    return this.#chapters.read();
  }

  #tell(event: RunEvent): void {
    const said = eventText(event);
    if (said) this.#append(event, said, 'entry' in event.body ? event.body.entry : null);
  }

  #append({ seq, time }: RunEvent, said: EventText, entry: number | null | undefined): Place {
    return this.#chapters.append({ ...said, seq, time, entries: listed(entry) });
  }

  #addCall(event: CallEvent): void {
    const { call } = event.body;
    const place = this.#places.get(call);
    if (event.type === 'model-start') {
      if (!place) this.#places.set(call, this.#append(event, questionText(event.body), null));
      return;
    }
    if (event.type === 'model-end') {
      const asked =
        place ?? this.#append(event, { text: `${event.body.principal} asks its model`, tone: 'running' }, null);
      return this.#chapters.change(asked, () => ({ ...answerEnding(event.body), entries: listed(event.body.entry) }));
    }
    if (!place) return;
    this.#chapters.change(place, ({ details = [] }) =>
      event.type === 'model-progress'
        ? { note: writingNote(event.body.tokens) }
        : { details: [...details, `Try ${event.body.try}: ${event.body.reason}`] },
    );
  }

  #addStep(event: StepEvent): void {
    const { step, attempt } = event.body;
    if (event.type === 'step-log') {
      const place = this.#places.get(step);
      const { text } = event.body;
      if (place) this.#chapters.change(place, ({ details = [] }) => ({ details: lastLines([...details, text]) }));
      return;
    }
    const key = `${step} ${event.body.purpose} ${attempt}`;
    if (event.type === 'permit-mint') {
      if (event.body.entry !== null) this.#permits.set(key, event.body.entry);
      return;
    }
    if (event.type === 'step-start') {
      // A step that is begun again after a crash goes on in its place.
      if (this.#places.has(key)) return;
      const place = this.#append(event, { text: stepTitle(event.body), tone: 'running' }, this.#permits.get(key));
      this.#places.set(key, place).set(step, place);
      return;
    }
    const place = this.#places.get(key) ?? this.#append(event, { text: step, tone: 'running' }, null);
    const { outcome, stderr, entry } = event.body;
    this.#chapters.change(place, ({ entries, details = [] }) => ({
      ...stepEnding(event.body),
      details: outcome === 'succeeded' ? [] : stderr.trim() === '' ? details : lastLines([stderr]),
      entries: [...entries, ...listed(entry)],
    }));
  }
}

function listed(entry: number | null | undefined): readonly number[] {
  return entry === null || entry === undefined ? [] : [entry];
}
