import type { FindingTier, SensitiveKind, SensitiveSpan } from './finding.ts';
import { asksToBeReplaced, isPlaceholder } from './placeholder-shape.ts';
import { looksRandom } from './randomness.ts';

interface ContextRule {
  readonly rule: string;
  /** Group `value` is the secret. */
  readonly pattern: RegExp;
  readonly kind?: SensitiveKind;
  /** `random`: an alert only where the value looks drawn by chance. */
  readonly tier: FindingTier | 'random';
  /** Only in files of such a name: the shape alone fits too much else. */
  readonly fileName?: RegExp;
}

/** Every quantifier is bounded, so that no text makes one of them slow. */
const RULES: readonly ContextRule[] = [
  {
    rule: 'url-credentials',
    pattern:
      /[a-z][a-z\d+.-]{1,20}:(?:\/\/|\\\/\\\/)[^\s:/@'"<>]{0,128}:(?<value>[^\s/'"<>\\]{1,256})@(?=[\w.[:%$<{-])/gi,
    tier: 'random',
  },
  {
    rule: 'authorization-header',
    pattern:
      /\b(?:authorization|auth)["']?\]?\s{0,4}(?:=>|:=|[:=,])\s{0,4}\\?["'`]?(?:Bearer|Basic|Token|Digest|ApiKey)\s{1,4}(?<value>[\w.~+/=-]{6,4096})/gi,
    tier: 'random',
  },
  { rule: 'authorization-scheme', pattern: /["'`](?:Basic|Bearer) (?<value>[\w.~+/=-]{8,4096})["'`]/g, tier: 'random' },
  {
    rule: 'cookie-header',
    pattern: /^[\s>"'-]{0,8}(?:set-)?cookie["']?\s{0,4}:\s{0,4}["']?(?<value>[^\r\n"']{8,4096})/gim,
    tier: 'redact',
  },
  {
    rule: 'flag',
    pattern:
      /(?:^|\s)--?(?:\w{1,20}[-_]){0,3}(?:password|passwd|pass|passphrase|secret|token|api-?key|access-?key|secret-?key|credentials?)(?:=|[ \t]{1,4})["']?(?<value>[^\s"'<>$-][^\s"'<>]{2,512})/gim,
    tier: 'random',
  },
  {
    rule: 'user-flag',
    pattern: /\bcurl\b[^\n]{0,400}?\s(?:-u|--user|--proxy-user)[ =]?["']?[^\s:"'$]{1,64}:(?<value>[^\s"'$<]{2,256})/g,
    tier: 'random',
  },
  {
    rule: 'login-flag',
    pattern:
      /\b(?:mysql|mysqldump|mysqladmin|mariadb|sshpass|mongo|mongosh|mongodump|redis-cli|smbclient|sqlcmd|sqlplus)\b[^\n]{0,200}?\s-(?:p|P|a)(?<value>[^\s"'$<=-][^\s"'$<]{2,128})/g,
    tier: 'random',
  },
  {
    rule: 'sql-password',
    pattern:
      /\b(?:identified\s{1,4}(?:with\s{1,4}\w{1,30}\s{1,4})?(?:by|as)|(?:with|set|login|role|user)?\s{0,4}(?:encrypted\s{1,4})?password)\s{0,4}(?:=\s{0,4})?(?:for\s[^\n=]{1,60}=\s{0,4})?\(?N?'(?<value>[^'\n]{1,256})'/gi,
    tier: 'random',
  },
  { rule: 'sql-password-function', pattern: /\bpassword\s{0,4}\(\s{0,4}'(?<value>[^'\n]{1,256})'/gi, tier: 'random' },
  {
    rule: 'netrc',
    pattern:
      /\b(?:machine\s{1,8}\S{1,128}|default)\s{1,8}login\s{1,8}\S{1,128}\s{1,8}password\s{1,8}(?<value>\S{1,256})/g,
    tier: 'random',
  },
  {
    rule: 'pgpass',
    pattern: /^[\w.*-]{1,128}:(?:\d{2,5}|\*):[^:\s]{1,64}:[^:\s]{1,64}:(?<value>[^\s:]{3,256})$/gm,
    tier: 'random',
  },
  {
    rule: 'xml-element',
    pattern:
      /<(?:\w{1,20}[:.])?[\w.-]{0,40}(?:pass(?:word|wd|phrase)?|pwd|secret|token|api-?key|private-?key|access-?key|credentials?)(?:\s[^<>]{0,200})?>(?:<!\[CDATA\[)?(?<value>[^<>\s]{2,4096})/gi,
    tier: 'random',
  },
  {
    rule: 'named-value',
    pattern:
      /\b(?:name|key)\s{0,4}[=:]\s{0,4}["']?[\w.-]{0,60}(?:password|passwd|pwd|passphrase|secret|token|api_?key|access_?key)["']?[\s,]{0,60}(?:-\s)?["']?value["']?\s{0,4}[=:]\s{0,4}["']?(?<value>[^\s"'<>]{2,1024})/gi,
    tier: 'random',
  },
  {
    rule: 'password-hash',
    pattern:
      /(?<![\w$])(?<value>\$(?:2[abxy]?\$\d\d\$[./A-Za-z0-9]{50,60}|[156y]\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9$]{1,32}\$[./A-Za-z0-9]{20,100}|apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|argon2(?:id|i|d)\$[\w=,$+/-]{20,300}|scrypt\$[\w=,$+/.-]{20,300}|pbkdf2[\w-]{0,12}\$[\w=,$+/.-]{20,300}))/g,
    tier: 'block',
  },
  {
    rule: 'password-digest',
    pattern:
      /(?<![\w$])(?<value>(?:pbkdf2_sha\d{1,3}|bcrypt_sha256|argon2)\$[\w=,$+/.-]{20,300}|SCRAM-SHA-(?:1|256)\$\d{1,9}:[A-Za-z0-9+/=$:]{40,400}|\{(?:SSHA|SHA|SSHA512|CRYPT|PBKDF2)[\w-]{0,12}\}[A-Za-z0-9+/=$.]{20,300})/g,
    tier: 'block',
  },
  {
    rule: 'secure-string',
    pattern: /ConvertTo-SecureString\s{1,4}(?:-String\s{1,4})?["'](?<value>[^"'\n]{2,256})["']/gi,
    tier: 'random',
  },
  { rule: 'nats-seed', pattern: /(?<![A-Z2-7])(?<value>S[ACNOUPX][A-Z2-7]{40,60})(?![A-Z2-7])/g, tier: 'block' },
  {
    rule: 'access-key-id',
    pattern: /(?<![A-Z0-9])(?<value>(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA)[A-Z0-9]{16})(?![A-Z0-9])/g,
    tier: 'block',
  },
  {
    rule: 'bare-key-file',
    pattern: /^\s{0,8}(?<value>[0-9a-f]{32,128}|[A-Za-z0-9+/]{40,128}={0,2})\s{0,8}$/g,
    tier: 'redact',
    fileName: /(?:^|[./])(?:master\.key|[\w.-]+\.(?:key|secret|token|pass(?:word|wd)?))$/i,
  },
];

/** Secrets that stand in a place for secrets: URLs, headers, flags, statements, formats of their own. */
export function contextualSecretsIn(text: string, fileName = ''): SensitiveSpan[] {
  const spans: SensitiveSpan[] = [];
  for (const { rule, pattern, kind = 'secret', tier, fileName: only } of RULES) {
    if (only && !only.test(fileName)) continue;
    for (const match of text.matchAll(pattern)) {
      const value = match.groups?.['value'] ?? '';
      if (isPlaceholder(value)) continue;
      const start = match.index + match[0].lastIndexOf(value);
      spans.push({ start, end: start + value.length, kind, rule, tier: tier === 'random' ? tierOf(value) : tier });
    }
  }
  return spans;
}

function tierOf(value: string): FindingTier {
  return looksRandom(value) && !asksToBeReplaced(value) ? 'block' : 'redact';
}
