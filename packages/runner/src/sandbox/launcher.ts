import type { Identity } from './uid-pool.ts';

/** What every tool around a sandbox runs with; nothing of our own environment is passed on. */
export const TOOL_ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C' };

/** Writes itself into each control group named before `--`, then becomes the rest. */
const JOIN = 'while [ "$1" != -- ]; do echo 0 >"$1" || exit 125; shift; done; shift; exec "$@"';

export interface Confinement {
  /** `cgroup.procs` files to join. */
  readonly join: readonly string[];
  readonly identity: Pick<Identity, 'kind' | 'uid'>;
  /** Flags of prlimit. */
  readonly rlimits: readonly string[];
}

/**
 * The argument list that becomes `argv` inside its groups, as its user and within its rlimits. All of it holds before
 * the first instruction of `argv`: there is no moment at which it runs unbounded.
 */
export function confined(confinement: Confinement, argv: readonly string[]): string[] {
  const { join, identity, rlimits } = confinement;
  if (identity.uid === 0) throw new RangeError('a sandbox never runs as uid 0');
  const group = join.length > 0 ? ['sh', '-c', JOIN, 'sh', ...join, '--'] : [];
  const user =
    identity.kind === 'pooled'
      ? ['setpriv', `--reuid=${identity.uid}`, `--regid=${identity.uid}`, '--clear-groups', '--inh-caps=-all', '--']
      : [];
  return [...group, ...user, 'prlimit', ...rlimits, '--', ...argv];
}
