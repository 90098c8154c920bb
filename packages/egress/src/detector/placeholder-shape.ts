import { isBlanked } from './own-placeholder.ts';
import { looksRandom } from './randomness.ts';

/** A value to be put in: by a shell, a template, a formatter or a person. */
const SUBSTITUTED =
  /^(?:\$[A-Za-z_][\w.]*|\$[{([][\w\s./:"'$|-]*[})\]]*|%[A-Za-z_][\w-]*%|%[-+#0-9.]{0,6}[a-z]{1,2}|@[\w.-]+@|<[\w\s.,:/|'-]*>?|\[[\w\s.,:/|'-]*\]?|\{[\w\s.,:/|'-]*\}?|\(\([\w./:-]*\)*|:[a-z_]+)$/;
const SUBSTITUTION = /[$#]\{[^{}]*\}|\{\{[^{}]*\}\}|[$%]\([^()]*\)|<%[^%]*%>|\(\([^()]*\)\)/g;
/** Beside substitutions so much may be words; more of it that looks drawn by chance is a secret of its own. */
const SHORTEST_REMAINDER = 8;
const FILLING = /[x*.•…#-]{3,}|0{4,}/gi;
const LONGEST_PREFIX = 8;
const FILLER = /^(?:(.)\1*|abc(?:def)?(?:123)?|1234567890?|0123456789(?:abcdef)?|foo|bar|baz|foobar)$/i;
const ASKED =
  /(?:^|[_\s-])(?:your|my|example|sample|dummy|fake|placeholder|insert|enter|replace|change)(?:[_\s-]|$)|change_?me|change_?it|example$|redacted|masked|hidden|^todo$|^tbd$|^n\/a$/i;
const WORDS = new Set(
  (
    'null none nil undefined true false yes no on off required optional empty unset default string text str int integer number bool boolean ' +
    'object array any void bytes byte char enabled disabled always never auto manual self this super new return function async await ' +
    'scram-sha-256 md5 sha1 sha256 sha512 hs256 rs256 es256 trust peer reject ident cert want need stdin file env ' +
    'sensitive secure unknown value key name type in the a an is are and or not for of to be ssh-rsa ssh-ed25519 rsa dsa'
  ).split(' '),
);

/** Whether a value only stands in for one: a reference, a template, a filler, or a placeholder of ours. */
export function isPlaceholder(value: string): boolean {
  if (value === '' || isBlanked(value) || WORDS.has(value.toLowerCase())) return true;
  return SUBSTITUTED.test(value) || isFiller(value) || isTemplate(value);
}

/** `xxxx-xxxx`, `sk_live_xxxxxxxx`: hardly more than a prefix beside what fills the rest. */
function isFiller(value: string): boolean {
  const prefix = value.replaceAll(FILLING, '');
  const filled = value.length - prefix.length;
  return FILLER.test(value) || (filled > 0 && prefix.length <= LONGEST_PREFIX && filled >= prefix.length);
}

function isTemplate(value: string): boolean {
  const remainder = value.replaceAll(SUBSTITUTION, '');
  return remainder !== value && (remainder.length < SHORTEST_REMAINDER || !looksRandom(remainder));
}

/** Whether a value asks to be replaced: such a one may still be in use, so only the alert passes over it. */
export function asksToBeReplaced(value: string): boolean {
  return ASKED.test(value);
}
