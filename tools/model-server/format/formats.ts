import { anthropic } from './anthropic.ts';
import type { WireFormat } from './format.ts';
import { google } from './google.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';

const formats: readonly WireFormat[] = [openaiChat, openaiResponses, anthropic, google];

/** Providers put the path of the format behind a base path of their own, so only the end of it is looked at. */
export function formatOf(path: string): WireFormat | undefined {
  return formats.find((format) => format.serves(path));
}
