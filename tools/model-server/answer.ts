import type { Answer, Question } from './format/format.ts';
import type { ReportedUsage, SpokenReply } from './reply.ts';

const BYTES_PER_TOKEN = 4;

interface Circumstances {
  readonly number: number;
  readonly question: Question;
  readonly requestBytes: number;
  readonly now: Date;
}

/** What the reply says, as an answer to the question. */
export function answerFrom(reply: SpokenReply, { number, question, requestBytes, now }: Circumstances): Answer {
  const spoken = spokenBy(reply, question.answerTool);
  const outputBytes = Buffer.byteLength(spoken.text + JSON.stringify(spoken.toolCalls));
  return {
    number,
    model: question.model,
    created: Math.floor(now.getTime() / 1000),
    pieces: inPieces(spoken.text, reply.pace.pieceCharacters),
    toolCalls: spoken.toolCalls,
    finish: spoken.finish,
    usage: reply.usage === 'absent' ? undefined : (reply.usage ?? estimatedUsage(requestBytes, outputBytes)),
  };
}

interface Spoken {
  readonly text: string;
  readonly toolCalls: Answer['toolCalls'];
  readonly finish: Answer['finish'];
}

function spokenBy(reply: SpokenReply, answerTool: string | undefined): Spoken {
  switch (reply.kind) {
    case 'json':
      return answerTool === undefined
        ? { text: JSON.stringify(reply.value), toolCalls: [], finish: 'stop' }
        : { text: '', toolCalls: [{ name: answerTool, input: reply.value }], finish: 'tool-calls' };
    case 'text':
      return { text: reply.text, toolCalls: [], finish: reply.finish };
    case 'tools':
      return { text: reply.text, toolCalls: reply.calls, finish: 'tool-calls' };
    case 'refusal':
      return { text: reply.text, toolCalls: [], finish: 'refusal' };
  }
}

/** Code points stay whole; a piece never ends inside of one. */
function inPieces(text: string, characters: number): string[] {
  const points = Array.from(text);
  const count = Math.ceil(points.length / characters);
  return Array.from({ length: count }, (_, index) =>
    points.slice(index * characters, (index + 1) * characters).join(''),
  );
}

function estimatedUsage(requestBytes: number, outputBytes: number): ReportedUsage {
  return {
    inputTokens: Math.ceil(requestBytes / BYTES_PER_TOKEN),
    outputTokens: Math.ceil(outputBytes / BYTES_PER_TOKEN),
    cachedInputTokens: 0,
    reasoningTokens: 0,
  };
}
