import { isLoopback, pointer, quote, runsCommands } from '@duovir/policy';
import { contains } from '../finding-check.ts';
import type { Look, ReviewRule } from '../rule.ts';
import type { PlannedFile, ReviewSubject } from '../subject.ts';

const pathDirectives =
  /^[ \t]*(?:pid|error_log|access_log|\w+_temp_path|root|alias|include|ssl_certificate(?:_key)?|auth_basic_user_file|data_directory|hba_file|ident_file|external_pid_file|log_directory|unix_socket_directories|dir|logfile|pidfile|unixsocket|aclfile)[ \t=]+['"]?(\/[^\s;'",]*)/gim;
const harmless = /^\/(?:workspace|run|tmp|dev\/shm|dev\/stdout|dev\/stderr|dev\/null|etc\/nginx\/mime\.types)(?:\/|$)/;
const peers =
  /\bproxy_pass\s+https?:\/\/([^\s:/;$]+)|^[ \t]*server\s+([^\s:;{]+)(?::\d+)?[^;{\n]*;|^[ \t]*(?:replicaof|slaveof)\s+(\S+)|\bprimary_conninfo\b[^\n]{0,512}?\bhost=([^\s']+)/gim;

function placeOf({ step, index }: PlannedFile): Look {
  return { step: step.id, at: pointer('steps', index, 'call', 'with', 'content') };
}

export const configurationInert: ReviewRule = {
  id: 'security.configuration-inert',
  severity: 'high',
  text: 'No configuration makes a server run a command or load code.',
  *look({ files }) {
    for (const file of files)
      yield runsCommands(file.content)
        ? {
            ...placeOf(file),
            claim: `${quote(file.path)} names a command, library or module that its server would run.`,
            suggestion: 'Remove the setting; do the work in a step of its own.',
          }
        : placeOf(file);
  },
};

export const configurationPaths: ReviewRule = {
  id: 'security.configuration-paths',
  severity: 'high',
  text: "Servers read, write and serve only the run's own folders.",
  *look({ files }) {
    for (const file of files)
      for (const [, path = ''] of file.content.matchAll(pathDirectives))
        yield harmless.test(path) && !path.includes('..')
          ? placeOf(file)
          : {
              ...placeOf(file),
              claim: `${quote(file.path)} sends its server to ${quote(path)}, outside the run's folders.`,
              suggestion: 'Name a folder below /workspace.',
              check: contains(placeOf(file).at, path),
            };
  },
};

export const peersLocal: ReviewRule = {
  id: 'security.peers-local',
  severity: 'high',
  text: 'Servers talk to other services of this run and to nobody else.',
  *look(subject) {
    for (const file of subject.files)
      for (const match of file.content.matchAll(peers)) {
        const host = match.slice(1).find((group) => group !== undefined) ?? '';
        yield isOwn(host, subject, file.content)
          ? placeOf(file)
          : {
              ...placeOf(file),
              claim: `${quote(file.path)} connects its server to ${quote(host)}, which is not of this run.`,
              suggestion: 'Connect to a service this plan starts.',
              check: contains(placeOf(file).at, host),
            };
      }
  },
};

/** A loopback address, a host of the sandbox, or a group of upstreams that the same file defines. */
function isOwn(host: string, { services, plan }: ReviewSubject, content: string): boolean {
  if (isLoopback(host) || host.startsWith('unix')) return true;
  const [open] = plan.steps;
  const named = open?.call.action === 'sandbox.open@1' && Object.hasOwn(open.call.with.hosts, host);
  const upstream = [...content.matchAll(/\bupstream\s+(\S+)\s*\{/g)].some(([, name]) => name === host);
  return named || upstream || services.some(({ hosts }) => hosts.includes(host));
}
