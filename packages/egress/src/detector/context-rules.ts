import type { FindingTier } from './finding.ts';

export interface ContextRule {
  readonly rule: string;
  /** Group `value` is the secret; every quantifier is bounded, so that no text makes the pattern slow. */
  readonly pattern: RegExp;
  /** `random`: an alert only where the value looks drawn by chance. */
  readonly tier: FindingTier | 'random';
  /** Only in files of such a name: the shape alone fits too much else. */
  readonly fileName?: RegExp;
}

/** Places that are made for secrets: URLs, headers, flags, statements of SQL, arguments of calls. */
const places: readonly ContextRule[] = [
  {
    rule: 'url-credentials',
    pattern: /:(?:\/\/|\\\/\\\/)[^\s:/@'"`<>]{0,128}:(?<value>[^\s/'"`<>\\]{1,256})@(?=[\w.[:%$<{(*-])/dg,
    tier: 'random',
  },
  {
    rule: 'data-source-name',
    pattern:
      /:(?<=(?<![\w/.:@-])[\w.-]{1,32}:)(?<value>[^\s:/@"'`<>()]{3,128})@(?!sha\d)(?:(?:tcp|unix)\(|[\w.-]{1,80}(?::\d{2,5}\/|\/\w))/dg,
    tier: 'random',
  },
  { rule: 'url-token', pattern: /:\/\/(?<value>[\w-]{16,256})@(?=[\w-]{1,63}\.)/dg, tier: 'random' },
  {
    rule: 'url-parameter',
    pattern:
      /[?&;](?:sig|signature|access_?token|auth_?token|api_?key|key|token|password|passwd|pwd|secret|client_secret|code|X-Amz-(?:Signature|Security-Token|Credential))=(?<value>[^\s&"'`<>#\\,;)\]}]{6,2048})/dgi,
    tier: 'random',
  },
  {
    rule: 'authorization-header',
    pattern:
      /\bauth(?:orization)?\\?["']?\]?\s{0,4}(?:=>|:=|[:=,])\s{0,4}\\?["'`]?(?:Bearer|Basic|Token|Digest|ApiKey)\s{1,4}(?<value>[\w.~+/=-]{6,4096})/dgi,
    tier: 'random',
  },
  {
    rule: 'authorization-scheme',
    pattern: /["'`](?:Basic|Bearer) (?<value>[\w.~+/=-]{8,4096})["'`]/dg,
    tier: 'random',
  },
  {
    rule: 'cookie-header',
    pattern: /(?:^|[\s"'>])(?:set-)?cookie: {0,4}(?<value>[\w.-]{1,80}=[^\r\n"'`]{8,4096})/dgi,
    tier: 'redact',
  },
  {
    rule: 'flag',
    pattern:
      /(?<![^\s"'`=,(])--?(?:[a-z\d]{1,20}[-_.]){0,3}[a-z]{0,12}(?:password|passwd|pass|passphrase|secret|token|api-?key|access-?key|secret-?key|credentials?)(?:=|["']?,? {1,4})\\?["'`]?(?<value>[^\s"'`<>$\\|[({-][^\s"'`<>\\]{2,512})/dgi,
    tier: 'random',
  },
  {
    rule: 'user-flag',
    pattern:
      /\bcurl\b(?:[^\n\\]|\\[^]){0,400}?\s(?:-u|--user|--proxy-user)(?:=|[ \t]{0,4})["']?[^\s:"'$<]{0,64}["']?:["']?(?<value>[^\s"'$<]{2,256})/dg,
    tier: 'random',
  },
  {
    rule: 'user-token',
    pattern:
      /\bcurl\b(?:[^\n\\]|\\[^]){0,400}?\s(?:-u|--user)(?:=|[ \t]{0,4})["']?(?<value>[^\s:"'$<]{8,256}):(?=["']?\s)/dg,
    tier: 'random',
  },
  {
    rule: 'login-flag',
    pattern:
      /\b(?:mysql|mysqldump|mysqladmin|mariadb|sshpass|mongo|mongosh|mongodump|redis-cli|smbclient|sqlcmd|sqlplus)\b[^\n]{0,200}?\s-(?:p|P|a)["']?(?<value>[^\s"'$<=`-][^\s"'$<`]{2,128})/dg,
    tier: 'random',
  },
  {
    rule: 'spaced-login-flag',
    pattern:
      /\b(?:sshpass|docker\s{1,4}login|podman\s{1,4}login|az\s{1,4}login|redis-cli|smbclient|sqlcmd|sqlplus|ldap(?:search|add|modify|delete|passwd|whoami)|useradd|usermod|openssl|htpasswd)\b[^\n|;&]{0,200}?\s-(?:p|P|a|w|k|K)[ \t=]{1,4}["']?(?<value>(?!\d{1,5}(?:\s|$))[^\s"'$<=`-][^\s"'$<`]{2,128})/dg,
    tier: 'random',
  },
  {
    rule: 'piped-password',
    pattern:
      /\becho[ \t]{1,4}(?:-n[ \t]{1,4})?["']?(?:[\w.-]{1,32}:)?(?<value>[^\s"'`|:$<]{3,256})["']?[ \t]{0,4}\|[^\n]{0,200}?(?:--password-stdin|chpasswd|\bpasswd\b|sudo -S)/dg,
    tier: 'random',
  },
  {
    rule: 'network-device',
    pattern:
      /\b(?:enable[ \t]{1,4}(?:secret|password)|username[ \t]{1,4}\S{1,64}[ \t]{1,4}(?:privilege[ \t]{1,4}\d{1,2}[ \t]{1,4})?(?:password|secret)|snmp-server[ \t]{1,4}community|pre-shared-key|key-string)[ \t]{1,4}(?:\d[ \t]{1,4})?(?<value>[^\s"'<]{3,256})/dg,
    tier: 'random',
  },
  {
    rule: 'call-credentials',
    pattern:
      /(?:login|log_in|auth|authenticate|sign_?in|credentials?|password_?token|get_?connection|mysqli?_connect|mysqli|PDO|\bconnect|password_?authentication)\w{0,12}["']?\s{0,2}[:=]?\s{0,2}\(\s{0,8}(?:["'`][^"'`\n]{0,200}["'`]\s{0,8},\s{0,8}){1,2}["'`](?<value>[^\s"'`]{4,128})["'`]\s{0,8}[,)]/dgi,
    tier: 'random',
  },
  {
    rule: 'signing-call',
    pattern:
      /\b(?:jwt\.(?:sign|verify|encode|decode)|create_?hmac|hmac\.new|hash_hmac|createCipheriv|createDecipheriv|openssl_encrypt)\(\s{0,8}(?:[^,()"'`\n]{1,80},\s{0,8}|["'`][\w-]{2,20}["'`]\s{0,8},\s{0,8}){0,2}b?["'`](?<value>[^\s"'`]{6,256})["'`]/dgi,
    tier: 'random',
  },
  {
    rule: 'sql-password',
    pattern:
      /\b(?:identified\s{1,4}(?:with\s{1,4}\w{1,30}\s{1,4})?(?:by|as)|password)\s{0,4}(?:=\s{0,4})?(?:for\s[^\n=]{1,60}=\s{0,4})?\(?\s{0,2}N?'(?<value>[^'\n`]{1,256})'/dgi,
    tier: 'random',
  },
  {
    rule: 'secure-string',
    pattern: /ConvertTo-SecureString\s{1,4}(?:-String\s{1,4})?["'](?<value>[^"'\n]{2,256})["']/dgi,
    tier: 'random',
  },
  {
    rule: 'passphrase',
    pattern:
      /(?:passphrase|mnemonic|seed_?phrase|recovery_?phrase)["']?\s{0,4}(?:=>|[:=])\s{0,4}["'](?<value>[^"'\n]{8,400})["']/dgi,
    tier: 'redact',
  },
  {
    rule: 'stated-default',
    pattern:
      /(?:password|passwd|passphrase|secret|token)\b[^\n]{0,40}?\bdefault(?:s to| is)?[ :=]{1,4}["'`]?(?<value>[^\s"'`,;)]{4,128})/dgi,
    tier: 'random',
  },
];

/** Formats of files and documents in which a place tells the secret. */
const formats: readonly ContextRule[] = [
  {
    rule: 'netrc',
    pattern:
      /\b(?:machine\s{1,8}\S{1,128}|default)\s{1,8}login\s{1,8}\S{1,128}\s{1,8}password\s{1,8}(?<value>\S{1,256})/dg,
    tier: 'random',
  },
  {
    rule: 'pgpass',
    pattern: /^[\w.*-]{1,128}:(?:\d{2,5}|\*):[^:\s]{1,64}:[^:\s]{1,64}:(?<value>[^\s:]{3,256})$/dgm,
    tier: 'random',
  },
  {
    rule: 'xml-element',
    pattern:
      /<(?:\w{1,20}:)?[\w.-]{0,40}(?:pass(?:word|wd|phrase)?|pwd|secret|token|api-?key|private-?key|access-?key|credentials?)(?:\s[^<>]{0,200})?>(?:<!\[CDATA\[)?(?<value>[^<>\s]{2,4096})<?/dgi,
    tier: 'random',
  },
  {
    rule: 'xml-named-element',
    pattern:
      /<\w{1,20}\s[^<>]{0,80}?(?:key|name|id)=["'][\w.:-]{0,60}(?:password|passwd|pwd|passphrase|secret|token|api_?key|access_?key)["'][^<>]{0,80}>\s{0,40}(?:<value>)?(?<value>[^<>\s]{2,1024})</dgi,
    tier: 'random',
  },
  {
    rule: 'property-list',
    pattern:
      /<key>[\w.:-]{0,60}(?:password|passwd|pwd|passphrase|secret|token|api_?key|access_?key)<\/key>\s{0,40}<string>(?<value>[^<>\s]{2,1024})</dgi,
    tier: 'random',
  },
  {
    rule: 'named-value',
    pattern:
      /\b(?:name|key)["']?\s{0,4}[=:]\s{0,4}["']?[\w.-]{0,60}(?:password|passwd|pwd|passphrase|secret|token|api_?key|access_?key)["']?[\s,]{0,60}(?:-\s)?["']?value["']?\s{0,4}[=:]\s{0,4}["']?(?<value>[^\s"'<>#][^\s"'<>]{1,1023})/dgi,
    tier: 'random',
  },
  {
    rule: 'key-file',
    pattern:
      /^\s{0,8}(?<value>[\da-f]{32}|[\da-f]{48}|[\da-f]{64}|[\da-f]{96}|[\da-f]{128}|[A-Za-z0-9+/]{42,128}={0,2})\s{0,8}$/dg,
    tier: 'redact',
  },
  {
    rule: 'secret-file',
    pattern: /^\s{0,8}(?<value>\S{6,512})\s{0,8}$/dg,
    tier: 'redact',
    fileName: /(?:^|[./_-])(?:master\.key|(?:secret|token|pass(?:word|wd)?|credentials?)(?:\.txt)?)$/i,
  },
];

/** Values that are secrets wherever they stand, by a shape of their own. */
const shapes: readonly ContextRule[] = [
  {
    rule: 'password-hash',
    pattern:
      /(?<![\w$])(?<value>\$(?:2[abxy]?\$\d\d\$[./A-Za-z0-9]{50,60}|[156y]\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9$]{1,32}\$[./A-Za-z0-9]{20,100}|apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|argon2(?:id|i|d)\$[\w=,$+/-]{20,300}|scrypt\$[\w=,$+/.-]{20,300}|pbkdf2[\w-]{0,12}\$[\w=,$+/.-]{20,300}))/dg,
    tier: 'block',
  },
  {
    rule: 'password-digest',
    pattern:
      /(?<![\w$])(?<value>(?:pbkdf2_sha\d{1,3}|bcrypt_sha256|argon2)\$[\w=,$+/.-]{20,300}|SCRAM-SHA-(?:1|256)\$\d{1,9}:[A-Za-z0-9+/=$:]{40,400}|\{(?:SSHA|SHA|SSHA512|CRYPT|PBKDF2)[\w-]{0,12}\}[A-Za-z0-9+/=$.]{20,300})/dg,
    tier: 'block',
  },
  { rule: 'nats-seed', pattern: /(?<![A-Z2-7])(?<value>S[ACNOUPX][A-Z2-7]{40,60})(?![A-Z2-7])/dg, tier: 'block' },
  {
    rule: 'access-key-id',
    pattern:
      /(?<![A-Z0-9])(?<value>(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA)(?![A-Z0-9]{9}EXAMPLE)[A-Z0-9]{16})(?![A-Z0-9])/dg,
    tier: 'block',
  },
  {
    rule: 'prefixed-key',
    pattern:
      /(?<![A-Za-z0-9_-])(?<value>(?:sk-(?:ant-|proj-|or-v1-)?|gsk_|figd_|tskey-[a-z]{2,12}-|gh[pousr]_|github_pat_|gl(?:pat|ptt|dt|rt|cbt|soat|ft|oas|imt|agent)-|npm_|pypi-|dckr_(?:pat|oat)_|hf_|r8_|vc[kpiar]_|nvapi-|xai-|pplx-|lsv2_(?:pt|sk)_|ya29\.|[sr]k_(?:live|test)_|whsec_|shp(?:at|ca|pa|ss)_|xox[abeoprs]-|dapi|dop_v1_|secret_|ntn_|lin_api_|sntrys_|AKC[a-zA-Z0-9]|sbp_|rnd_|re_|phc_|PMAK-|EAAC|SG\.)[\w.-]{20,300})/dg,
    tier: 'random',
  },
  {
    rule: 'discord-token',
    pattern: /(?<![\w.-])(?<value>[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,38})(?![\w-])/dg,
    tier: 'random',
  },
  {
    rule: 'discord-webhook',
    pattern: /discord(?:app)?\.com\/api\/webhooks\/(?<value>\d{15,20}\/[\w-]{40,80})/dg,
    tier: 'block',
  },
];

export const contextRules: readonly ContextRule[] = [...places, ...formats, ...shapes];
