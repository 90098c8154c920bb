import { DuovirError, type Consequence } from '@duovir/protocol';

/** What the caller may do and what a person should do, for each code. */
const solutions = {
  'bubblewrap-missing': ['ask-person', 'Install bubblewrap, for example: sudo apt-get install -y bubblewrap'],
  'bubblewrap-too-old': ['ask-person', 'Install bubblewrap 0.7.0 or newer; Debian 12 and Ubuntu 24.04 carry one.'],
  'tool-missing': ['ask-person', 'Install what is named, for example: sudo apt-get install -y util-linux coreutils'],
  'platform-unsupported': ['ask-person', 'Run Duovir on Linux on x64 or arm64.'],
  'user-namespaces-unavailable': [
    'ask-person',
    'Allow user namespaces: sudo sysctl -w user.max_user_namespaces=15000, and where it exists kernel.unprivileged_userns_clone=1.',
  ],
  'user-namespaces-restricted': [
    'ask-person',
    'Give bwrap an AppArmor profile with "userns,", or: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  ],
  'uid-pool-empty': [
    'ask-person',
    'Close sandboxes that are no longer needed, or run Duovir where more uids are mapped.',
  ],
  'argument-invalid': ['refuse', 'Correct the argument that is named.'],
  'path-refused': ['refuse', 'Use an absolute path without ".." below /workspace, /run or /tmp.'],
  'file-missing': ['refuse', 'Name a file that exists in the sandbox.'],
  'file-too-large': ['refuse', 'Read a smaller file, or allow more bytes.'],
  'sandbox-lost': ['retry', 'Open the sandbox again with the next generation; nothing of the old one is left.'],
  'sandbox-mismatch': ['refuse', 'Ask the runner for the present holder of this run; nothing was executed.'],
  infrastructure: ['retry', 'See to the cause that is named, then try again.'],
} as const satisfies Record<string, readonly [Consequence, string]>;

export type SandboxErrorCode = keyof typeof solutions;

/** A sandbox could not do what was asked. */
export class SandboxError extends DuovirError<SandboxErrorCode> {
  constructor(code: SandboxErrorCode, message: string, cause?: unknown) {
    const [consequence, remedy] = solutions[code];
    super(code, message, { consequence, remedy, cause });
  }
}
