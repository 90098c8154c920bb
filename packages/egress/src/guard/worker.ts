import { parentPort, workerData } from 'node:worker_threads';
import { detect } from '../detector/detect.ts';
import { findSql } from '../sql/find-sql.ts';
import { readSql } from '../sql/read-sql.ts';
import { mergedNames, type SchemaNames } from '../sql/schema-names.ts';
import { sqlParser } from '../sql/sql-parser.ts';
import { guardQuestionSchema, guardSettingsSchema, type GuardAnswer, type GuardQuestion } from './message.ts';

const { internalDomains } = guardSettingsSchema.parse(workerData);
const parser = await sqlParser();

// The first text would pay for compiling every rule and the parser, out of its deadline.
look(['warm = up\nselect 1;'], new Map());
say({ kind: 'ready' });

// Whatever is thrown here ends the worker, and with it a parser that is broken.
parentPort?.on('message', (message: unknown) => say(answerTo(guardQuestionSchema.parse(message))));

function answerTo(question: GuardQuestion): GuardAnswer {
  const { id, texts } = question;
  switch (question.kind) {
    case 'detect':
      return { kind: 'detected', id, spans: detect(question.texts[0], { internalDomains }) };
    case 'learn':
      return { kind: 'learned', id, names: mergedNames(...texts.map((text) => readSql(text, parser).names)) };
    case 'look':
      return { kind: 'looked', id, ...look(texts, question.known) };
  }
}

/** One text may define what another only mentions, so all are read before anything is found in one. */
function look(texts: readonly string[], known: SchemaNames): Omit<GuardAnswer & { kind: 'looked' }, 'kind' | 'id'> {
  const all = texts.map((text) => ({ text, read: readSql(text, parser) }));
  const names = mergedNames(known, ...all.map(({ read }) => read.names));
  const looks = all.map(({ text, read }) => ({
    spans: detect(text, { internalDomains }),
    sql: findSql(read, names, parser),
  }));
  return { names, looks };
}

function say(message: GuardAnswer): void {
  parentPort?.postMessage(message, []);
}
