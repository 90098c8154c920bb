import type { BoundPlaceholder, CallPurpose, Digest, ModelRefusal, TrustPolicy } from '@duovir/protocol';
import type * as z from 'zod';
import type { Prompt } from './prompt.ts';
import type { Provenance } from './provenance.ts';

/** What an agent wants to know. The same question has the same bytes, so that a crash does not pay twice (Invariant 11). */
export interface Question<Answer> {
  readonly run: string;
  readonly purpose: CallPurpose;
  /** The motion it is about; null before there is one. */
  readonly motion: Digest | null;
  readonly prompt: Prompt;
  /** Data, whoever wrote it (Invariant 10). */
  readonly parts: readonly Part[];
  /** Closed: what does not fit it is no answer. */
  readonly answer: z.ZodType<Answer>;
}

export interface Part {
  readonly label: string;
  readonly text: string;
}

export type Thought<Answer> =
  | {
      readonly kind: 'answer';
      readonly value: Answer;
      /** Placeholders that occur in the answer. */
      readonly placeholders: readonly BoundPlaceholder[];
      readonly provenance: Provenance;
    }
  | {
      readonly kind: 'none';
      /** `outside-schema`: twice; `unreachable`: no gateway answered. */
      readonly reason: ModelRefusal | 'outside-schema' | 'unreachable';
      readonly detail: string;
      readonly provenance: Provenance;
    };

/** A model, as an agent sees it: it answers in the schema or not at all. It never throws because a model would not. */
export interface Thinker {
  think<Answer>(question: Question<Answer>): Promise<Thought<Answer>>;
}

/** The model of an agent, and when it is asked. */
export interface ModelBrain {
  readonly thinker: Thinker;
  readonly consult: Extract<NonNullable<TrustPolicy['principals'][number]['brain']>, { kind: 'model' }>['consult'];
}
