export { PrincipalError, type PrincipalErrorCode } from './error.ts';
export { createKey, loadKeyFile, loadPublicKey, loadSigner, LOG_KEY, OWN_KEY, type KeyNames } from './key-file.ts';
export { openEnrolledSigner } from './enrolled-signer.ts';
export { NEXT_KEY, openLogSigner, openSigner } from './open-signer.ts';
export { isPassing, PATIENCE_MS, withPatience } from './patience.ts';
export { loadPinnedOfficer } from './pinned-officer.ts';
export { runProcess, type RunningProcess } from './process.ts';
export type { OwnedSigner } from './signer/external-signer.ts';
export { loadSignerFile } from './signer/signer-file.ts';
export { existingStateDirectory, stateDirectory, type StateDirectory } from './state-directory.ts';
export {
  OFFICER,
  loadTrustPolicy,
  openTrustPolicy,
  signTrustPolicy,
  type TrustedPolicy,
} from './trust/signed-policy.ts';
export { historyFile, historyVersions, placeTrustPolicy } from './trust/trust-files.ts';
export { TrustPolicyFile } from './trust/trust-policy-file.ts';
export { UnixClient, type Call } from './unix-client.ts';
export { MAX_BODY_BYTES, principalApp, serveUnix } from './unix-server.ts';
