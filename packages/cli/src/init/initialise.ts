import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  OFFICER,
  loadPublicKey,
  loadSigner,
  openTrustPolicy,
  placeTrustPolicy,
  signTrustPolicy,
  stateDirectory,
  type StateDirectory,
} from '@duovir/principal';
import { trustPolicySchema, type TrustPolicy } from '@duovir/protocol';
import { CliError } from '../error.ts';
import { defaultPolicy } from './default-policy.ts';
import { syncFolder, writeNewFile } from './durable-file.ts';
import { enrolAll } from './enrol.ts';
import { enrolmentsWith, type ModelsFile } from './models-file.ts';
import { processPrincipals, type Enrolment } from './principals.ts';
import { stateReadme } from './state-readme.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Initialised {
  readonly root: string;
  readonly principals: readonly string[];
}

/**
 * Makes a state directory. It is built beside its place and appears there by one rename: a crash leaves either nothing
 * or all of it.
 */
export async function initialise(
  path: string,
  now: Date,
  environment: Environment = {},
  models?: ModelsFile,
): Promise<Initialised> {
  const { root } = stateDirectory(path);
  const enrolments = models ? enrolmentsWith(models) : processPrincipals;
  assertFree(root);
  mkdirSync(dirname(root), { recursive: true });
  const staging = mkdtempSync(join(dirname(root), `${basename(root)}.new-`));
  try {
    const principals = await fill(staging, now, environment, { enrolments, models });
    renameSync(staging, root);
    syncFolder(dirname(root));
    return { root, principals };
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    if (isTaken(error)) throw occupied(root, error);
    throw error;
  }
}

async function fill(
  staging: string,
  now: Date,
  environment: Environment,
  { enrolments, models }: { readonly enrolments: readonly Enrolment[]; readonly models: ModelsFile | undefined },
): Promise<string[]> {
  const state = stateDirectory(staging);
  const principals = enrolAll(state, enrolments, now);
  const policy = soundPolicy(defaultPolicy({ id: randomBytes(6).toString('hex'), issuedAt: now, principals, models }));
  const signed = await signTrustPolicy(loadSigner(state.officer, OFFICER), policy);
  // What every process will do at its start: a policy that does not hold must not leave this function.
  openTrustPolicy(signed, loadPublicKey(state.officer));
  placeTrustPolicy(state.trustPolicy, policy.version, signed);
  keepDatabaseUrl(state, environment['DATABASE_URL']);
  writeNewFile(join(staging, 'README.md'), stateReadme, 0o644);
  for (const folder of [state.log, join(staging, 'cache')]) mkdirSync(folder, { mode: 0o700 });
  syncFolder(staging);
  return principals.map(({ name }) => name);
}

/** What the schema alone finds: a model that poses as two groups, or a brain that has none. */
function soundPolicy(policy: TrustPolicy): TrustPolicy {
  const parsed = trustPolicySchema.safeParse(policy);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CliError(
    'usage',
    `The trust policy would not be sound: ${issue?.message ?? 'unknown'}.`,
    'Correct the models; docs/guide/models.md shows how.',
    parsed.error,
  );
}

/** The customer's own PostgreSQL: kept in the server's folder, because what is in an environment is in its children's too. */
function keepDatabaseUrl(state: StateDirectory, url: string | undefined): void {
  if (url === undefined || url === '') return;
  if (!/^postgres(?:ql)?:\/\/\S+$/.test(url))
    throw new CliError(
      'usage',
      'DATABASE_URL is not a connection string.',
      'Write postgresql://user:password@host:port/database, or unset it to use the PostgreSQL that Duovir starts.',
    );
  writeNewFile(join(state.principal('server'), 'database-url'), `${url}\n`, 0o600);
}

function assertFree(root: string): void {
  if (!existsSync(root)) return;
  if (existsSync(stateDirectory(root).trustPolicy))
    throw new CliError(
      'state-exists',
      `There is already a Duovir installation in ${root}; nothing was changed.`,
      'Use it with `duovir up`, or name another directory with --state.',
    );
  if (readdirSync(root).length > 0) throw occupied(root);
}

function isTaken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR';
}

function occupied(root: string, cause?: unknown): CliError {
  return new CliError(
    'state-exists',
    `${root} exists and is not a Duovir state directory; nothing was changed.`,
    'Name a directory that does not exist yet with --state.',
    cause,
  );
}
