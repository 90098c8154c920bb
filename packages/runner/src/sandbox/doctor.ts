import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, getuid, platform } from 'node:process';
import { promisify } from 'node:util';
import { SandboxError } from './error.ts';
import { TOOL_ENVIRONMENT } from './launcher.ts';

/** What this machine offers to sandboxes. */
export interface HostReport {
  readonly bubblewrap: string;
  readonly utilLinux: string;
  readonly runsAs: 'root' | 'ordinary-user';
}

const execute = promisify(execFile);
const OLDEST_BUBBLEWRAP = [0, 7];
const TOOLS = ['nsenter', 'setpriv', 'prlimit', 'mktemp'];
const PROBE_MS = 10_000;

/** Throws the SandboxError that keeps this machine from sandboxing. */
export async function examineHost(): Promise<HostReport> {
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64')) {
    throw new SandboxError('platform-unsupported', `there are no sandboxes on ${platform} ${arch}`);
  }
  const bubblewrap = await versionOf('bwrap', 'bubblewrap-missing');
  const [major = 0, minor = 0] = bubblewrap.split('.').map(Number);
  if (major === OLDEST_BUBBLEWRAP[0] && minor < (OLDEST_BUBBLEWRAP[1] ?? 0)) {
    throw new SandboxError('bubblewrap-too-old', `bubblewrap ${bubblewrap} is installed`);
  }
  const [utilLinux = ''] = await Promise.all(TOOLS.map((tool) => versionOf(tool, 'tool-missing')));
  await tryNamespaces();
  return { bubblewrap, utilLinux, runsAs: getuid?.() === 0 ? 'root' : 'ordinary-user' };
}

/** The reason behind a failed opening, where the machine gives one. */
export async function explained(error: unknown): Promise<unknown> {
  if (!(error instanceof SandboxError) || error.code !== 'infrastructure') return error;
  try {
    await examineHost();
    return error;
  } catch (reason) {
    return reason;
  }
}

async function versionOf(tool: string, code: 'bubblewrap-missing' | 'tool-missing'): Promise<string> {
  try {
    const { stdout } = await execute(tool, ['--version'], { env: TOOL_ENVIRONMENT });
    return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? '';
  } catch (cause) {
    throw new SandboxError(code, `${tool} cannot be executed`, cause);
  }
}

/** As the user who sandboxes, or as nobody when that is root: root may do what its sandboxes may not. */
async function tryNamespaces(): Promise<void> {
  const nobody = { uid: 65_534, gid: 65_534 };
  const flags = [
    '--unshare-all',
    '--ro-bind',
    '/usr',
    '/usr',
    '--symlink',
    'usr/bin',
    '/bin',
    '--symlink',
    'usr/lib',
    '/lib',
  ];
  const rest = ['--symlink', 'usr/lib64', '/lib64', '--proc', '/proc', '--dev', '/dev', '--', '/usr/bin/true'];
  const options = { env: TOOL_ENVIRONMENT, cwd: '/', timeout: PROBE_MS, ...(getuid?.() === 0 ? nobody : {}) };
  try {
    await execute('bwrap', [...flags, ...rest], options);
  } catch (cause) {
    const detail = (cause as { stderr?: string }).stderr?.trim() || String(cause);
    const restricted = setting('kernel/apparmor_restrict_unprivileged_userns') === '1';
    throw new SandboxError(restricted ? 'user-namespaces-restricted' : 'user-namespaces-unavailable', detail, cause);
  }
}

function setting(name: string): string {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return ''; // this kernel does not have the setting
  }
}
