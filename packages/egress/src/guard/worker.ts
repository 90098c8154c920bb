import { detect } from '../detector/detect.ts';
import { EgressError } from '../error.ts';
import { findSql } from '../sql/find-sql.ts';
import { readSql } from '../sql/read-sql.ts';
import { mergedNames, type SchemaNames } from '../sql/schema-names.ts';
import { sqlParser, type SqlParser } from '../sql/sql-parser.ts';
import {
  guardQuestionSchema,
  guardSettingsSchema,
  type GuardAnswer,
  type GuardQuestion,
  type GuardSettings,
} from './message.ts';

// Without the server nobody asks.
process.on('disconnect', () => process.exit());
// They may go to everybody in the server's group; when it is over, the server says.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
// Whatever is thrown anywhere: the guard ends a worker that says so, and with it a parser that is broken.
process.on('uncaughtException', (error: unknown) => say({ kind: 'failed', ...failureOf(error) }));

process.once('message', (settings: unknown) => void begin(guardSettingsSchema.parse(settings)));

async function begin(settings: GuardSettings): Promise<void> {
  const parser = await sqlParser();
  // The first text would pay for compiling every rule and the parser, out of its deadline.
  look(['warm = up\nselect 1;'], new Map(), settings, parser);
  process.on('message', (question: unknown) => say(answerTo(guardQuestionSchema.parse(question), settings, parser)));
  say({ kind: 'ready' });
}

function answerTo(question: GuardQuestion, settings: GuardSettings, parser: SqlParser): GuardAnswer {
  const { id, texts } = question;
  switch (question.kind) {
    case 'detect':
      return { kind: 'detected', id, spans: detect(question.texts[0], settings) };
    case 'learn':
      return { kind: 'learned', id, names: [...mergedNames(...texts.map((text) => readSql(text, parser).names))] };
    case 'look':
      return { kind: 'looked', id, ...look(texts, new Map(question.known), settings, parser) };
  }
}

/** One text may define what another only mentions, so all are read before anything is found in one. */
function look(
  texts: readonly string[],
  known: SchemaNames,
  settings: GuardSettings,
  parser: SqlParser,
): Omit<GuardAnswer & { kind: 'looked' }, 'kind' | 'id'> {
  const all = texts.map((text) => ({ text, read: readSql(text, parser) }));
  const names = mergedNames(known, ...all.map(({ read }) => read.names));
  const looks = all.map(({ text, read }) => ({ spans: detect(text, settings), sql: findSql(read, names, parser) }));
  return { names: [...names], looks };
}

/** The kind of an error alone: its words may repeat the text. */
function failureOf(error: unknown): Pick<GuardAnswer & { kind: 'failed' }, 'code' | 'error'> {
  const isParser = error instanceof EgressError && error.code === 'sql-parser-unavailable';
  return {
    code: isParser ? 'sql-parser-unavailable' : 'guard-failed',
    error: error instanceof Error ? error.name : 'no error',
  };
}

function say(message: GuardAnswer): void {
  process.send?.(message);
}
