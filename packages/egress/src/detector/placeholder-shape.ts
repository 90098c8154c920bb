/** Ours, issued or not: what they stand for is gone already. */
const OWN = /ZQX_[A-Z0-9]{1,24}_\d{1,9}_[0-9A-F]{8}|\bh\d{1,9}-[\w-]{1,64}\.zqx\.invalid/g;
/** A value to be put in: by a shell, a template, a formatter or a person. */
const SUBSTITUTED =
  /^(?:\$[A-Za-z_][\w.]*|\$[{([].*|%[A-Za-z_][\w-]*%|%[-+#0-9.]{0,6}[a-z]{1,2}|@[\w.-]+@|<.*>?|\[.*\]?|\{.*\}?|\(\(.*|:[a-z_]+|\.{2,}|…)$|[$#]\{[^{}]*\}|\{\{[^{}]*\}\}|[$%]\([^()]*\)|<%[^%]*%>|\(\([^()]*\)\)/;
const FILLER =
  /^(?:(.)\1*|[x*•.#-]+|(?:x|\*|0){3,}.*|.*(?:x{4,}|\*{3,}|\.{3,}|…).*|abc(?:def)?(?:123)?|1234567890?|0123456789(?:abcdef)?|foo|bar|baz|foobar)$/i;
const ASKED =
  /(?:^|[_\s-])(?:your|my|example|sample|dummy|fake|placeholder|insert|enter|replace|change)(?:[_\s-]|$)|change_?me|change_?it|example$|redacted|masked|hidden|^todo$|^tbd$|^n\/a$/i;
const WORDS = new Set(
  (
    'null none nil undefined true false yes no on off required optional empty unset default string text str int integer number bool boolean ' +
    'object array any void bytes byte char enabled disabled always never auto manual self this super new return function async await ' +
    'scram-sha-256 md5 sha1 sha256 sha512 hs256 rs256 es256 trust peer reject ident cert want need stdin file env ' +
    'sensitive secure password? optional? unknown value key name type in the a an is are and or not for of to be ssh-rsa ssh-ed25519 rsa dsa'
  ).split(' '),
);

/** Whether a value only stands in for one: a reference, a template, a filler, or a placeholder of our own. */
export function isPlaceholder(value: string): boolean {
  const rest = value.replaceAll(OWN, '');
  if (rest !== value) return rest.length < 4;
  return value === '' || SUBSTITUTED.test(value) || FILLER.test(value) || WORDS.has(value.toLowerCase());
}

/** Whether a value asks to be replaced: such a one may still be in use, so only the alert passes over it. */
export function asksToBeReplaced(value: string): boolean {
  return ASKED.test(value);
}

/** The text with placeholders of our own blanked, so that no rule reads across them. */
export function withoutOwnPlaceholders(text: string): string {
  return text.replaceAll(OWN, (found) => ' '.repeat(found.length));
}
