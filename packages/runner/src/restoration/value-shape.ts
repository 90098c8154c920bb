import type { PlaceholderKind } from '@duovir/protocol';

/**
 * A name of SQL: bare, or in its quotes, in which a quote is doubled. Without them, a name of several words fits only
 * where there are quotes already.
 */
const identifier = /^(?:[\p{L}_][\p{L}\p{N}_$ .-]*|"(?:[^"\p{Cc}]|"")+")$/u;

/**
 * What a value of each kind looks like. None of these can begin an option, end an argument or quote, or be read as
 * code, so that they may stand in arguments. Secrets may look like anything, and may not.
 */
const shapes: Readonly<Record<PlaceholderKind, RegExp>> = {
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  secret: /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]+$/,
  key: /^[\t\n\r\x20-\x7e]+$/,
  card: /^[\d -]+$/,
  iban: /^[A-Z0-9 ]+$/i,
  email: /^[\p{L}\p{N}_][\p{L}\p{N}._%+-]*@[\p{L}\p{N}.-]+$/u,
  host: /^[\p{L}\p{N}_][\p{L}\p{N}._-]*(?::\d{1,5})?$/u,
  ip: /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f.]{0,15}){2,8})(?:\/\d{1,3})?$/i,
  schema: identifier,
  table: identifier,
  column: identifier,
};

export function hasShape(kind: PlaceholderKind, value: string): boolean {
  return shapes[kind].test(value);
}
