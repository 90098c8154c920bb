import { programKind } from '../program/catalogue.ts';
import { resolveCommand } from '../program/command.ts';

const readingSql = /^\s*(?:select|show|table|values|explain(?!\s+analy[sz]e))\b/i;
const changingSql =
  /\b(?:insert|update|delete|merge|truncate|drop|create|alter|grant|revoke|copy|call|do|vacuum|reindex|cluster|refresh)\b(?!_)/i;
/** Functions that look and do nothing else; any other call could change the server. */
const readingFunctions = new Set(
  `count sum min max avg coalesce nullif greatest least length lower upper trim substring substr left right replace concat
  concat_ws string_agg array_agg json_agg jsonb_agg row_to_json to_json to_jsonb to_char round abs floor ceil now version
  current_setting current_database pg_is_in_recovery pg_is_wal_replay_paused pg_last_wal_receive_lsn pg_last_wal_replay_lsn
  pg_last_xact_replay_timestamp pg_current_wal_lsn pg_wal_lsn_diff pg_postmaster_start_time pg_database_size
  pg_size_pretty pg_relation_size pg_total_relation_size pg_get_userbyid inet_server_addr inet_server_port age
  date_trunc extract unnest generate_series any all in exists values and or not as from where on over filter using`.split(
    /\s+/,
  ),
);
const readingRedis =
  /^(?:get|mget|exists|ttl|pttl|type|strlen|hget|hgetall|hmget|hlen|lrange|llen|smembers|sismember|scard|zrange|zscore|zcard|keys|scan|dbsize|info|ping|role|time|echo|lastsave|cluster\s+(?:info|nodes|slots|shards|myid|keyslot|countkeysinslot|links|replicas)|config\s+get|client\s+(?:id|getname|list)|acl\s+whoami|--cluster\s+check)\b/i;
/** Options of the clients that take a word of their own. */
const redisValued = new Set([
  '-h',
  '-p',
  '-s',
  '-n',
  '-t',
  '--user',
  '--cacert',
  '--cert',
  '--key',
  '--sni',
  '-i',
  '-r',
]);

/** Whether a probe's command can be seen to change nothing. What cannot be seen counts as changing (Invariant 6). */
export function readsOnly(argv: readonly string[]): boolean {
  const command = resolveCommand(argv);
  if (command.kind === 'opaque') return false;
  if (programKind(command.name) === 'reads') return true;
  if (command.name === 'psql') return psqlReads(command.arguments);
  if (command.name === 'redis-cli') return redisReads(command.arguments);
  if (command.name === 'curl') return curlReads(command.arguments);
  if (command.name === 'nginx') return command.arguments.includes('-t') || command.arguments.includes('-T');
  return command.arguments.length === 1 && /^--?version$|^-[vV]$/.test(command.arguments[0] ?? '');
}

function psqlReads(words: readonly string[]): boolean {
  const statements = words.flatMap((word, index) => {
    if (/^-[a-zA-Z]*c$/.test(word) || word === '--command') return [words[index + 1] ?? ''];
    return word.startsWith('--command=') ? [word.slice('--command='.length)] : [];
  });
  if (words.some((word) => /^-[a-zA-Z]*[foL]$|^--(?:file|output|log-file)\b/.test(word))) return false;
  return statements.length > 0 && statements.every(sqlReads);
}

/** Text in quotes can name a table `update`; only what stands outside counts. */
function sqlReads(statement: string): boolean {
  const bare = statement.replaceAll(/'(?:[^']|'')*'/g, "''").replaceAll(/"(?:[^"]|"")*"/g, '""');
  const parts = bare.split(';').filter((part) => part.trim() !== '');
  return (
    !/\\/.test(bare) &&
    parts.length > 0 &&
    parts.every((part) => readingSql.test(part)) &&
    !changingSql.test(bare) &&
    [...bare.matchAll(/(?<![\w.])([\w.]+|"")\s*\(/g)].every(([, name = '']) =>
      readingFunctions.has(name.toLowerCase()),
    ) &&
    !/\binto\b|\bfor\s+(?:no\s+key\s+)?(?:update|share)\b/i.test(bare)
  );
}

function redisReads(words: readonly string[]): boolean {
  let index = 0;
  while (index < words.length) {
    const word = words[index] ?? '';
    if (word === '--cluster' || !word.startsWith('-')) break;
    index += redisValued.has(word) ? 2 : 1;
  }
  return readingRedis.test(words.slice(index).join(' '));
}

function curlReads(words: readonly string[]): boolean {
  return !words.some((word) =>
    /^-[a-zA-Z]*[XdFToOKxDcJ]|^--(?:request|data|form|upload|output|remote|config|proxy|dump-header|cookie-jar|trace|json|url-query|libcurl|etag-save)/.test(
      word,
    ),
  );
}
