export { verifyAnchor, verifyAnswer, type Anchor } from './anchor.ts';
export { auditAnchors, type AnchorAudit, type TimedSize } from './anchor-audit.ts';
export { keepAnchor, keptAnchors, publishAnchors, type KeptAnchor } from './anchor-folder.ts';
export type { Appended } from './append-queue.ts';
export { judgeBlob, openBlob, sealBlob, type BlobSecret, type BlobState, type SealedBlob } from './blob.ts';
export { decodeBundle, encodeBundle } from './bundle.ts';
export {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  parseCheckpointText,
  type Checkpoint,
  type CheckpointTrust,
  type TrustedCheckpoint,
} from './checkpoint.ts';
export { verifyConsistency } from './consistency.ts';
export { cosignatureMessage } from './cosignature.ts';
export type { SignedCheckpoint } from './cosigner.ts';
export type { LoggedEntry, NewEntry } from './entry.ts';
export { ed25519Holds } from './ed25519.ts';
export { LedgerError, type LedgerErrorCode } from './error.ts';
export { commitmentOf } from './evidence/blob-opening.ts';
export { buildPack, type BuiltPack, type PackOptions, type PackSource, type PackStage } from './evidence/build-pack.ts';
export type { Chart } from './evidence/chart.ts';
export type { DrawnChart } from './evidence/report-page.ts';
export { verificationPage } from './evidence/verification-page.ts';
export { verifyPack, type PackVerification, type VerifyStage } from './evidence/verify-pack.ts';
export type { ContextEntry, ExcerptRange } from './context-table.ts';
export { exportExcerpt, type Excerpt, type ExcerptedLog } from './excerpt.ts';
export type { Finding } from './finding.ts';
export { rootFromInclusion, verifyInclusion } from './inclusion.ts';
export { Frontier } from './frontier.ts';
export { formatKeysFile, KEYS_FILE, type PublishedKeys } from './keys-file.ts';
export { LogDirectory } from './log-directory.ts';
export { EMPTY_ROOT, leafHash, MAX_ENTRY_BYTES, nodeHash } from './merkle.ts';
export { ledgerMigrations, migrate, type Migration } from './migration.ts';
export { logNoteSigner, witnessNoteSigner, type NoteKey, type NoteSigner } from './note-signer.ts';
export { openNote, type OpenedNote, type VerifiedSignature } from './note.ts';
export { PostgresLog, type LogStatus, type PostgresLogOptions } from './postgres-log.ts';
export { formatProof, parseProof, verifyProof, type Proof, type ProvenEntry } from './proof.ts';
export { exportLog, type PublishedLog } from './publish.ts';
export { Publisher, type PublisherOptions } from './publisher.ts';
export { refillLog, storedLog, type Refilled, type StoredLog } from './refill.ts';
export { goesOnWith, leftOf, openRestore, rootDigest, signRestore } from './restore.ts';
export { readRestores } from './restore-files.ts';
export { extendRun, startOfRun, type RunHead } from './run-head.ts';
export { SPEAKERS } from './speakers.ts';
export { verifySubtreeConsistency, verifySubtreeInclusion, type Subtree } from './subtree.ts';
export { MAX_TIMESTAMP_BYTES } from './timestamp.ts';
export { timestampQuery, NONCE_BYTES, type TimestampQuery } from './timestamp-query.ts';
export { levelShapes, tileNames, tilePath, type LevelShape, type TileName } from './tile.ts';
export { auditTree, type KnownRoot, type TreeAudit } from './tree-audit.ts';
export { logVerificationPage, type VerifiedLog } from './log-verification-page.ts';
export { verifyLog, type Verification, type VerifyOptions, type VerifyProgress } from './verify.ts';
export { formatVkey, parseVkey, type VerifierKey } from './vkey.ts';
export { parseWitnessPolicy, satisfiesQuorum, type WitnessPolicy } from './witness-policy.ts';
export { WitnessClient, type CosignatureAnswer, type CosignatureRequest, type WitnessPort } from './witness-client.ts';
export { createWitness, type WitnessOptions } from './witness.ts';
export { askSeen, handInRestore, type Seen } from './witness-memory.ts';
