import { stripVTControlCharacters, styleText } from 'node:util';
import type { WriteStream } from 'node:tty';

export type Style = 'plain' | 'strong' | 'quiet' | 'good' | 'bad' | 'warn' | 'accent';

const formats = {
  strong: 'bold',
  quiet: 'dim',
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  accent: 'cyan',
} as const satisfies Record<Exclude<Style, 'plain'>, string>;

/** Where text for people goes. */
export interface Terminal {
  /** 80 when nobody says how wide it is. */
  readonly columns: number;
  /** Lines may be drawn anew. Not so in files, pipes and `TERM=dumb`. */
  readonly isLive: boolean;
  write(text: string): void;
  style(style: Style, text: string): string;
}

type Environment = Readonly<Record<string, string | undefined>>;

function wantsColour(stream: NodeJS.WritableStream & { isTTY?: boolean }, environment: Environment): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  if ((environment['FORCE_COLOR'] ?? '') !== '') return environment['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

function isWriteStream(stream: NodeJS.WritableStream): stream is WriteStream {
  return 'isTTY' in stream && stream.isTTY === true;
}

const DEFAULT_COLUMNS = 80;

export function openTerminal(stream: NodeJS.WritableStream, environment: Environment): Terminal {
  const coloured = wantsColour(stream, environment);
  const isLive = isWriteStream(stream) && environment['TERM'] !== 'dumb' && environment['CI'] === undefined;
  return {
    get columns() {
      return isWriteStream(stream) && stream.columns > 0 ? stream.columns : DEFAULT_COLUMNS;
    },
    isLive,
    write: (text) => void stream.write(text),
    style: (style, text) => (coloured ? paint(style, text) : text),
  };
}

function paint(style: Style, text: string): string {
  return style === 'plain'
    ? text
    : styleText(formats[style], stripVTControlCharacters(text), { validateStream: false });
}
