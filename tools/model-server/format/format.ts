import type { Json } from '@duovir/protocol';
import type { FormatName, ModelCall } from '../brain.ts';
import type { ReportedUsage } from '../reply.ts';

/** A model's answer before it is written in a wire format. */
export interface Answer {
  /** Counts the answers of the server: ids are made of it, so a script gives the same bytes twice. */
  readonly number: number;
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Text in the pieces in which it is streamed. */
  readonly pieces: readonly string[];
  readonly toolCalls: readonly { readonly name: string; readonly input: Json }[];
  readonly finish: 'stop' | 'length' | 'tool-calls' | 'refusal';
  readonly usage: ReportedUsage | undefined;
}

/** What is read of a request; the server adds what it knows itself. */
export type Question = Omit<ModelCall, 'format' | 'prompt' | 'attempt' | 'body'> & {
  /** Structured output in the clothes of a tool call: the answer goes into a call of this tool. */
  readonly answerTool: string | undefined;
  readonly wantsUsage: boolean;
};

export interface WireFormat {
  readonly name: FormatName;
  serves(path: string): boolean;
  /** @throws ZodError when the body is none of this format. */
  read(body: Json, path: string): Question;
  /** The whole answer as one JSON document. */
  document(answer: Answer): Json;
  /** The answer as server-sent events, each with its closing empty line. */
  events(answer: Answer, question: Question): readonly string[];
  problem(status: number, message: string): Json;
}

export function serverSentEvent(value: Json, event?: string): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(value)}\n\n`;
}
