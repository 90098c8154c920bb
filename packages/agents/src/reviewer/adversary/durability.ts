import { pointer, quote } from '@duovir/policy';
import type { Severity } from '@duovir/protocol';
import { contains } from '../finding-check.ts';
import type { Look, ReviewRule } from '../rule.ts';

interface Setting {
  readonly pattern: RegExp;
  readonly severity: Severity;
  readonly lost: string;
}

/** Settings under which a server says that it has kept what a crash then takes. */
const settings: readonly Setting[] = [
  {
    pattern: /^[ \t]*fsync[ \t]*=?[ \t]*'?(?:off|no|false|0)\b'?/im,
    severity: 'high',
    lost: 'after a crash the whole cluster may be unreadable',
  },
  {
    pattern: /^[ \t]*full_page_writes[ \t]*=?[ \t]*'?(?:off|no|false|0)\b'?/im,
    severity: 'high',
    lost: 'a torn page cannot be restored',
  },
  {
    pattern: /^[ \t]*zero_damaged_pages[ \t]*=?[ \t]*'?(?:on|yes|true|1)\b'?/im,
    severity: 'high',
    lost: 'damaged rows are thrown away in silence',
  },
  {
    pattern: /^[ \t]*synchronous_commit[ \t]*=?[ \t]*'?off\b'?/im,
    severity: 'medium',
    lost: 'what was acknowledged last is lost in a crash',
  },
  {
    pattern: /^[ \t]*innodb_flush_log_at_trx_commit[ \t]*=[ \t]*[02]\b/im,
    severity: 'medium',
    lost: 'what was acknowledged last is lost in a crash',
  },
  {
    pattern: /^[ \t]*appendonly[ \t]+no\b/im,
    severity: 'low',
    lost: 'what was written since the last snapshot is lost in a crash',
  },
];

export const keepsWhatItAcknowledges: ReviewRule = {
  id: 'adversary.keeps-what-it-acknowledges',
  severity: 'high',
  text: 'A server that says it has kept something still has it after a crash.',
  *look({ files, services }) {
    for (const { step, index, content } of files)
      yield* looks(step.id, pointer('steps', index, 'call', 'with', 'content'), content);
    for (const { step, index, argv } of services)
      yield* looks(step.id, pointer('steps', index, 'call', 'with', 'argv'), optionsOf(argv));
  },
};

function* looks(step: string, at: string, text: string): Iterable<Look> {
  const found = settings.flatMap(({ pattern, severity, lost }) => {
    const words = pattern.exec(text)?.[0].trim();
    return words === undefined ? [] : [{ words, severity, lost }];
  });
  if (found.length === 0) yield { step, at };
  for (const { words, severity, lost } of found)
    yield {
      step,
      at,
      severity,
      claim: `With ${quote(words)}, ${lost}.`,
      suggestion:
        severity === 'high'
          ? 'Leave the setting out.'
          : 'Say in the plan that this loss is accepted, or write it through.',
      check: contains(at, words),
    };
}

/** `-c fsync=off` and `--fsync=off` as lines of a configuration. */
function optionsOf(argv: readonly string[]): string {
  return argv.map((word) => word.replace(/^(?:-c|--)/, '')).join('\n');
}
