const REMEDIES = {
  'bubblewrap-missing': 'install it, for example: sudo apt-get install -y bubblewrap',
  'bubblewrap-too-old': 'install bubblewrap 0.7.0 or newer (Debian 12 and Ubuntu 24.04 carry one)',
  'tool-missing': 'install util-linux and coreutils, for example: sudo apt-get install -y util-linux coreutils',
  'platform-unsupported': 'run Duovir on Linux on x64 or arm64, or use the Kubernetes sandbox',
  'user-namespaces-unavailable':
    'allow unprivileged user namespaces: sysctl -w user.max_user_namespaces=15000, and where it exists kernel.unprivileged_userns_clone=1',
  'user-namespaces-restricted':
    'AppArmor refuses bubblewrap its user namespace: install an AppArmor profile for bwrap with "userns,", or run: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  'uid-pool-empty': 'close sandboxes that are no longer needed, or give Duovir a range of uids that is mapped here',
  'argument-invalid': 'correct the named argument',
  'path-refused': 'use an absolute path without ".." below /workspace, /run or /tmp',
  'file-missing': 'name a file that exists in the sandbox',
  'sandbox-lost': 'open the sandbox again with the next generation; nothing of the old one is left',
  'sandbox-mismatch': 'ask the runner for the present holder of this run; nothing was executed',
  infrastructure: 'look at the named cause, then try again; no command was executed',
} as const;

export type SandboxErrorCode = keyof typeof REMEDIES;

/** A sandbox could not do what was asked. The remedy tells the operator what to change. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly code: SandboxErrorCode;
  readonly remedy: string;

  constructor(code: SandboxErrorCode, detail: string, options?: ErrorOptions) {
    super(`${detail} [${code}]; remedy: ${REMEDIES[code]}`, options);
    this.code = code;
    this.remedy = REMEDIES[code];
  }
}
