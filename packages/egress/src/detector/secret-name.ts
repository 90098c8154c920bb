/** How much the name of a field says about its value: `secret` makes any literal one, `maybe` needs a value drawn by chance. */
export type NameStrength = 'secret' | 'maybe' | 'none';

/** Parts of names, joined by `_`, whose values are secrets. */
const SECRET =
  /pass(?:word|wd|wrd|phrase|code)|(?:^|_)(?:(?!(?:by|com|encom|sur|tres|under|over)pass)[a-z]{0,12}pass|[a-z]{0,12}pwd|(?:db|pg|my|user|root|admin|ssh|ftp|smtp|new|old)?pw|psw|pat|jwt|sas|dsn)s?(?:_|$)|secret|token(?!s)|credential|(?:^|_)(?:creds?|nkeys?)(?:_|$)|(?:^|_)(?:authorization|bearer)$|(?:api|app|access|auth|private|priv|encryption|encrypt|signing|sign|master|account|storage|shared|consumer|license|licence|subscription|deploy|ssh|rsa|aes|hmac|webhook|integration|security|session|jwt|ingest|publish|publisher|subscriber|service|server|client|user|admin|root|bot|stream|write|read|project|developer|secure|cookie|machine|hash|cipher|crypto|web|search)_?keys?(?:_|$)/;
const MAYBE =
  /key|token|auth|cookie|session|salt|nonce|signature|verifier|seed|hash|cipher|cert|private|sid(?:_|$)|login|pin(?:_|$)|bearer|cred/;
/** Last words of names that describe a secret instead of holding one. */
const DESCRIBES = new Set(
  (
    'length len size name names type types kind path paths file files filename dir directory folder url uri urls ' +
    'endpoint host port count number num policy policies min max expiry expires expired expiration ttl timeout ' +
    'validity lifetime age duration interval field fields label hint placeholder prompt algorithm alg format ' +
    'encoding version method mode enabled disabled required reset prefix suffix column table arn alias ref refs ' +
    'reference spec usage provider regex pattern schema generator manager service scope scopes issuer audience ' +
    'location store index order error message text title description class handler helper factory validator ' +
    'changed fingerprint params parameters parameter options option strength rotation attempts retries limit rule ' +
    'rules check checks request response input output event state status grace day days hours minutes seconds date ' +
    'time timestamp created updated modified at by source bits exists valid invalid protocol flow group groups ' +
    'role roles user users username email header headers selector mapping map list set engine plugin module ' +
    'backend driver resolver loader reader writer builder config configuration settings template screen page view ' +
    'form dialog button link icon image img css html color width height fn func function callback cb test tests ' +
    'failed failure success need needed press pressed up down board code codes frame mesh ring pair pairs vault ' +
    'word words stone note notes events public pub scheme style quota cost level levels ratelimit signin signup ' +
    'storetype realm domain database db bucket region env is has can should use allow enable disable show hide ' +
    'save confirm ask change update forgot lost recover verify budget used left total sum amount price balance ' +
    'rate'
  ).split(' '),
);
/** Such a first word makes a question of a name: `is_password_set`. */
const ASKS = new Set(
  (
    'is has can should use uses allow allows enable enables disable show hide save confirm ask needs no without ' +
    'prompt'
  ).split(' '),
);
/** Ids of keys are no keys, but these are drawn by chance like them and belong to one. */
const IDS = new Set(['id', 'ids', 'ident', 'identifier', 'guid', 'uuid']);
/** Says nothing by itself; the word before decides. */
const NEUTRAL = new Set(
  'value val default str string raw plain new old current base data content hex bytes'.split(' '),
);
const PUBLIC =
  /(?:^|_)(?:public|pub|foreign|primary|partition|sort|range|cache|object|unique|index|composite|natural|idempotency|dedup|routing|row|hash|s3|map|group|translation|i18n|locale|license_name)_?keys?(?:_|$)/;

/** Judges the last part of a dotted name: of `spring.datasource.password` it is the last word that counts. */
export function strengthOf(name: string): NameStrength {
  const words = wordsOf(
    name
      .replace(/[.-]+$/, '')
      .split(/\.|::|->/)
      .at(-1) ?? '',
  );
  while (words.length > 1 && NEUTRAL.has(words.at(-1) ?? '')) words.pop();
  const last = words.at(-1) ?? '';
  const joined = words.join('_');
  if (words.length === 0 || PUBLIC.test(joined) || ASKS.has(words[0] ?? '')) return 'none';
  if (words.length > 1 && DESCRIBES.has(last)) return 'none';
  if (IDS.has(last)) return SECRET.test(words.slice(0, -1).join('_')) ? 'maybe' : 'none';
  if (SECRET.test(joined)) return 'secret';
  return MAYBE.test(joined) ? 'maybe' : 'none';
}

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
}
