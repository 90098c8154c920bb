import { SetupError } from './setup-error.mjs';

/** The oldest Node that runs npm and these scripts; everything else runs on the Node 24 that npm installs. */
const OLDEST_NODE = /** @type {const} */ ([20, 19]);
const ARCHITECTURES = ['x64', 'arm64'];

/** @param {{ platform: string, arch: string, versions: { node: string } }} machine */
export function checkMachine({ platform, arch, versions }) {
  if (platform !== 'linux' || !ARCHITECTURES.includes(arch)) {
    throw new SetupError(
      `sandboxes need Linux on x64 or arm64, this is ${platform} on ${arch}; use a Linux machine or VM`,
      3,
    );
  }
  const [major = 0, minor = 0] = versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new SetupError(
      `needs Node ${OLDEST_NODE.join('.')} or newer, this is ${versions.node}; install a newer one`,
      3,
    );
  }
}
