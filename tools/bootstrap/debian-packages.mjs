import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import process from 'node:process';
import { findBrowser } from './browser.mjs';
import { withProgress } from './progress.mjs';
import { lastLines, runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * @typedef {{ name: string, why: string, isPresent: () => boolean }} DebianPackage
 */

/** @type {readonly DebianPackage[]} */
const PACKAGES = [
  { name: 'bubblewrap', why: 'the sandbox every step runs in', isPresent: () => existsSync('/usr/bin/bwrap') },
  {
    name: 'util-linux',
    why: 'entering a sandbox that is already running',
    isPresent: () => existsSync('/usr/bin/nsenter') && existsSync('/usr/bin/setpriv'),
  },
  { name: 'curl', why: 'health probes', isPresent: () => existsSync('/usr/bin/curl') },
  { name: 'postgresql', why: 'the demo clusters it', isPresent: hasPostgresql },
  { name: 'redis-server', why: 'a playbook clusters it', isPresent: () => existsSync('/usr/bin/redis-server') },
  {
    name: 'nginx-light',
    why: 'a playbook puts it before two upstreams',
    isPresent: () => existsSync('/usr/sbin/nginx'),
  },
];

/** For tests only. */
export const BROWSER = [
  {
    name: 'chromium',
    why: 'the tests of the web console open it in a real browser',
    isPresent: () => findBrowser() !== undefined,
  },
];

/** For tests only: what an auditor has, who trusts none of our programs, and where a key lies that cannot be read. */
export const AUDITOR = [
  { name: 'python3', why: 'the independent verifier verify.py', isPresent: () => existsSync('/usr/bin/python3') },
  { name: 'golang-go', why: 'the independent verifier verify.go', isPresent: () => existsSync('/usr/bin/go') },
  {
    name: 'golang-golang-x-mod-dev',
    why: 'the tile log that verify.go is built on',
    isPresent: () => existsSync('/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog'),
  },
  { name: 'openssl', why: 'timestamps, made and verified', isPresent: () => existsSync('/usr/bin/openssl') },
  { name: 'softhsm2', why: 'keys in a PKCS #11 token', isPresent: () => existsSync('/usr/bin/softhsm2-util') },
  { name: 'opensc', why: 'making those keys', isPresent: () => existsSync('/usr/bin/pkcs11-tool') },
];

const INSTALL = 'apt-get install -y --no-install-recommends';

/**
 * Installs as root, with arguments as package names. policy-rc.d answers 101 (forbidden) to every service start while it
 * lasts, and services are not started at the next boot either: Duovir runs its own copies, in sandboxes.
 *
 * @param {string} path of the programs it uses: a user's own PATH often lacks the folders dpkg needs
 * @param {string} guard
 */
export const installationScript = (path, guard) => `
set -eu
export PATH='${path}' DEBIAN_FRONTEND=noninteractive
guard='${guard}'
if [ ! -e "$guard" ] || grep -q 'written by duovir' "$guard"; then
  trap 'rm -f "$guard"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\n# written by duovir while it installs packages; remove it if it is left over\\nexit 101\\n' > "$guard"
  chmod 755 "$guard"
fi
${INSTALL} "$@" || { apt-get update; ${INSTALL} "$@"; }
if command -v systemctl >/dev/null; then
  for package in "$@"; do
    case "$package" in
      postgresql | redis-server) systemctl disable "$package" ;;
      nginx-light) systemctl disable nginx ;;
    esac
  done
fi
`;

/** Installs what is missing after saying what and why, or says in one line who has to. */
export async function installDebianPackages(packages = PACKAGES) {
  const missing = packages.filter((debianPackage) => !debianPackage.isPresent());
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  const needed = `this machine lacks ${missing.map(({ name, why }) => `${name} (${why})`).join(', ')}`;
  if (!existsSync('/usr/bin/apt-get')) {
    throw new SetupError(`${needed}; install them with this system's package manager`, 3);
  }
  const becomeRoot = wayToRoot();
  if (becomeRoot === undefined) throw new SetupError(`${needed}; run: sudo ${INSTALL} ${names.join(' ')}`, 3);
  process.stderr.write(`${needed}\n`);
  const { exitCode, output } = await withProgress(`installing from Debian: ${names.join(' ')}`, () =>
    runCommand(becomeRoot[0] ?? 'sh', [...becomeRoot.slice(1), ...names], process.env),
  );
  if (exitCode !== 0) {
    const hint = `run: ${process.getuid?.() === 0 ? '' : 'sudo '}apt-get update && ${INSTALL} ${names.join(' ')}`;
    throw new SetupError(`the installation failed:\n${lastLines(output, 15)}\n${hint}`, 1);
  }
}

/** The command that runs the installation as root, or undefined where nobody allowed that. */
function wayToRoot() {
  const script = installationScript('/usr/sbin:/usr/bin:/sbin:/bin', '/usr/sbin/policy-rc.d');
  const shell = ['sh', '-c', script, 'install'];
  if (process.getuid?.() === 0) return shell;
  if (spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0) return ['sudo', '-n', ...shell];
  // Asking for the password beforehand keeps the prompt and the progress line apart.
  const mayAsk = process.stdin.isTTY && process.stderr.isTTY;
  if (mayAsk && spawnSync('sudo', ['-v'], { stdio: 'inherit' }).status === 0) return ['sudo', '-n', ...shell];
  return undefined;
}

function hasPostgresql() {
  const folder = '/usr/lib/postgresql';
  return existsSync(folder) && readdirSync(folder).some((version) => existsSync(`${folder}/${version}/bin/postgres`));
}
