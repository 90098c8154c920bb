import { type Json } from '@duovir/protocol';
import type { Reply } from './reply.ts';

export type FormatName = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'google-generate';

export interface Message {
  readonly role: string;
  readonly text: string;
}

/** What a request asks for, whichever wire format it came in. */
export interface ModelCall {
  readonly format: FormatName;
  readonly model: string;
  /** Instructions of the caller: the system prompt, or several joined by line feeds. */
  readonly system: string;
  readonly messages: readonly Message[];
  /** All that the model is given to read, in its order: system prompt, then messages. */
  readonly prompt: string;
  /** JSON Schema the answer must fit, where one is asked for; its name where the format or its title gives one. */
  readonly schema: Json | undefined;
  readonly schemaName: string | undefined;
  readonly tools: readonly string[];
  readonly streams: boolean;
  /** The body as it was sent. */
  readonly body: Json;
  /** How often exactly these bytes have come so far, this time included. */
  readonly attempt: number;
}

/** Decides what the scripted model says. */
export type Brain = (call: ModelCall) => Reply | Promise<Reply>;
