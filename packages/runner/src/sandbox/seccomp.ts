import { arch } from 'node:process';
import { assemble, give, jump, label, load, type Statement } from './bpf.ts';
import { SandboxError } from './error.ts';
import { ABSENT, type Architecture, INSPECTED, LAST_JUDGED, REFUSED } from './syscalls.ts';

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const refuse = (errno: number): number => 0x00050000 | errno;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

// struct seccomp_data: int nr; u32 arch; u64 instruction pointer; u64 arguments[6]. Low words, little endian.
const NUMBER = 0;
const ARCHITECTURE = 4;
const argument = (index: number): number => 16 + 8 * index;

const AUDIT_ARCHITECTURE = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
/** x64 only: bit of the x32 calls, which would walk around every number below. */
const X32 = 0x40000000;
/** NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET */
const NEW_NAMESPACES = 0x7e020000;
const AF = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;
const NETLINK = { route: 0, socketDiagnosis: 4 } as const;
/** TIOCSTI types into the terminal of whoever watches, TIOCLINUX pastes into it, TIOCSETD loads line disciplines. */
const TERMINAL_ATTACKS = [0x5412, 0x541c, 0x5423];

/** The filter every command in a sandbox runs under, as `bwrap --seccomp` reads it. */
export function seccompFilter(architecture: string = arch): Buffer {
  if (architecture !== 'x64' && architecture !== 'arm64') {
    throw new SandboxError('platform-unsupported', `there is no system call table for ${architecture}`);
  }
  return assemble(statements(architecture));
}

function statements(architecture: Architecture): Statement[] {
  const { clone, socket, ioctl } = INSPECTED[architecture];
  return [
    load(ARCHITECTURE),
    jump('equal', AUDIT_ARCHITECTURE[architecture], 'native'),
    give(KILL_PROCESS),

    label('native'),
    load(NUMBER),
    jump('at-least', X32, 'kill'),
    jump('at-least', LAST_JUDGED + 1, 'absent'),
    ...Object.values(REFUSED[architecture]).map((number) => jump('equal', number, 'refused')),
    ...Object.values(ABSENT).map((number) => jump('equal', number, 'absent')),
    jump('equal', clone, 'clone'),
    jump('equal', socket, 'socket'),
    jump('equal', ioctl, 'ioctl'),
    give(ALLOW),

    label('clone'),
    load(argument(0)),
    jump('any-bit', NEW_NAMESPACES, 'refused'),
    give(ALLOW),

    // An allow list: AF_VSOCK would reach the hypervisor, for the network namespace does not cover it.
    label('socket'),
    load(argument(0)),
    jump('equal', AF.unix, 'allowed'),
    jump('equal', AF.inet, 'allowed'),
    jump('equal', AF.inet6, 'allowed'),
    jump('equal', AF.netlink, 'netlink'),
    give(refuse(EAFNOSUPPORT)),

    label('netlink'),
    load(argument(2)),
    jump('equal', NETLINK.route, 'allowed'),
    jump('equal', NETLINK.socketDiagnosis, 'allowed'),
    give(refuse(EAFNOSUPPORT)),

    label('ioctl'),
    load(argument(1)),
    ...TERMINAL_ATTACKS.map((request) => jump('equal', request, 'refused')),

    label('allowed'),
    give(ALLOW),
    label('refused'),
    give(refuse(EPERM)),
    label('absent'),
    give(refuse(ENOSYS)),
    label('kill'),
    give(KILL_PROCESS),
  ];
}
