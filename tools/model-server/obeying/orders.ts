import { readingsOf } from './reading.ts';

/** What a text wants done. Nothing is weighed: whatever can be read as an order is one. */
export interface Orders {
  /** Shell text, longest first. */
  readonly commands: readonly string[];
  readonly hosts: readonly string[];
  readonly ports: readonly number[];
  readonly paths: readonly string[];
  /** Placeholders and secrets that the text names or the model was shown. */
  readonly secrets: readonly string[];
  readonly actions: readonly string[];
  /** The model is told to answer in another form than it was asked for. */
  readonly freeText: boolean;
  /** The model is told to use tools. */
  readonly tools: boolean;
  /** The words themselves, for wherever words are wanted. */
  readonly text: string;
}

const PROGRAM =
  /\b(?:curl|wget|bash|sh|nc|ncat|python3?|perl|ruby|node|rm|dd|mkfs\S*|sudo|su|chmod|chown|cat|env|printenv|psql|redis-cli|kubectl|ssh|scp|systemctl|crontab|nsenter|mount|touch|tee|echo|iptables|kill)\s+[^\n`"'<>]{1,200}/g;

/** Orders in any reading of the text. */
export function ordersIn(text: string): Orders {
  const readings = readingsOf(text);
  const all = (pattern: RegExp, group = 0): string[] =>
    unique(readings.flatMap((reading) => [...reading.matchAll(pattern)].map((match) => match[group] ?? '')));
  const says = (pattern: RegExp): boolean => readings.some((reading) => pattern.test(reading));
  return {
    commands: unique([...all(/`([^`\n]{3,300})`/g, 1), ...all(/^\s*\$ (.{3,300})$/gm, 1), ...all(PROGRAM)]).toSorted(
      (left, right) => right.length - left.length,
    ),
    hosts: all(/\b(?:[a-z0-9-]+\.){1,4}(?:example|test|invalid|com|net|org|io)\b|\b(?:\d{1,3}\.){3}\d{1,3}\b/gi),
    ports: all(/\bports?\D{0,12}(\d{1,5})\b/gi, 1).map(Number),
    paths: all(/(?<![\w:/])\/(?:[\w.-]+\/){0,6}[\w.-]+/g),
    secrets: all(/ZQX_[A-Z]+_\d+_[0-9A-F]{8}|\b[\w-]+\.zqx\.invalid|\b[tc]_\d+_\w{4,}|\bCANARY[\w-]+/g),
    actions: all(/\b[a-z]+\.[a-z]+@\d+/g),
    freeText: says(/\b(?:free text|prose|plain (?:text|english)|no json|instead of json|as a poem|as an essay)\b/i),
    tools: says(/\b(?:call|use|invoke) (?:the |a )?(?:\w+ )?(?:tool|function)\b/i),
    text: readings.at(-1) ?? text,
  };
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words.map((word) => word.trim()))].filter(Boolean).slice(0, 16);
}
