import { resolveCommand } from '@duovir/policy';
import type { ActionCall, Plan } from '@duovir/protocol';
import { mentions } from '../subject.ts';

/** Something that is gone afterwards. */
export interface Removal {
  readonly kind: 'path' | 'object' | 'everything';
  readonly name: string;
  /** The words that say so, as they stand in the plan. */
  readonly words: string;
}

const CLIENTS = new Set(['psql', 'mysql', 'mariadb', 'sqlite3']);
const KINDS = 'table|database|schema|role|user|tablespace|index|view|materialized\\s+view|extension|publication';
const DROP = new RegExp(
  `\\b(?:drop\\s+(?:${KINDS})|truncate(?:\\s+table)?)\\s+(?:if\\s+exists\\s+)?(?:only\\s+)?"?([\\w.]+)`,
  'gi',
);
/** Without a condition, or with one that is always so. */
const EMPTY = /\bdelete\s+from\s+(?:only\s+)?"?([\w.]+)"?\s*(?:;|$|where\s+(?:true|1\s*=\s*1)\b)/gi;
const SLOT = /\bpg_drop_replication_slot\(\s*'(\w+)'/gi;
const FLUSH = /\bflush(?:all|db)\b/i;

/** What an action takes away, as far as its bytes say it. */
export function removalsOf(call: ActionCall): Removal[] {
  if (call.action === 'path.remove@1') return [{ kind: 'path', name: call.with.path, words: call.with.path }];
  if (call.action !== 'command.run@1') return [];
  const command = resolveCommand(call.with.argv);
  if (command.kind === 'opaque') return [];
  const texts = [...command.arguments, call.with.stdin ?? ''];
  if (command.name === 'redis-cli')
    return texts.flatMap((text): Removal[] => {
      const words = FLUSH.exec(text)?.[0];
      return words === undefined ? [] : [{ kind: 'everything', name: 'every key', words }];
    });
  if (command.name === 'rm' || command.name === 'unlink' || command.name === 'rmdir')
    return command.arguments
      .filter((word) => word.startsWith('/'))
      .map((name): Removal => ({ kind: 'path', name, words: name }));
  if (command.name === 'dropdb' || command.name === 'dropuser') {
    const name = command.arguments.findLast((word) => !word.startsWith('-'));
    return name === undefined ? [] : [{ kind: 'object', name, words: name }];
  }
  if (!CLIENTS.has(command.name)) return [];
  return texts.flatMap((text) =>
    [DROP, EMPTY, SLOT].flatMap((pattern) =>
      [...text.matchAll(pattern)].map(([words, name = '']): Removal => ({ kind: 'object', name, words: words.trim() })),
    ),
  );
}

/** Whether another step of the plan makes what is taken away: it is then the run's own, and nobody had it before. */
export function isOwn({ steps }: Plan, removing: string, { kind, name }: Removal): boolean {
  return steps.some(({ id, call }) => {
    if (id === removing || kind === 'everything') return false;
    return kind === 'path' ? makesPath(call, name) : createsObject(call, name);
  });
}

/** Whether the action writes the path itself, or names it to a program. What lies in a folder does not make the folder. */
export function makesPath(call: ActionCall, path: string): boolean {
  switch (call.action) {
    case 'file.write@1':
    case 'directory.make@1':
      return call.with.path === path;
    case 'command.run@1':
    case 'service.start@1':
      return call.with.argv.some((word) => mentions(word, path) && !word.includes(`${path}/`));
    default:
      return false;
  }
}

function createsObject(call: ActionCall, name: string): boolean {
  if (call.action !== 'command.run@1') return false;
  const text = [...call.with.argv, call.with.stdin ?? ''].join(' ');
  return [...text.matchAll(/\bcreate(?:db|user)?\s[^;\n]{0,200}|\bpg_create_\w{1,40}_slot\([^)\n]{0,200}/gi)].some(
    ([made]) => mentions(made.replaceAll(/["'(),]/g, ' '), name),
  );
}
