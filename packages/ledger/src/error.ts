import { DuovirError, type Consequence } from '@duovir/protocol';

/** What the caller may do and what a person should do, for each code. */
const solutions = {
  'note-malformed': [
    'refuse',
    'Ask for the signed note again from its source; this text is damaged or was made by something else.',
  ],
  'note-untrusted': ['refuse', 'Check that the verifier keys you trust are those of this log and witness.'],
  'note-signature-invalid': ['refuse', 'Treat this note as forged; compare it with another copy of the log.'],
  'vkey-malformed': ['refuse', 'Copy the verifier key again: <name>+<key id>+<base64 of type and key>.'],
  'checkpoint-malformed': ['refuse', 'Ask the log for its checkpoint again.'],
  'origin-mismatch': ['refuse', 'Use the checkpoint of the log you trust; this one names another.'],
  'quorum-missing': ['refuse', 'Ask the ledger for a proof whose checkpoint enough witnesses have cosigned.'],
  'inclusion-invalid': ['refuse', 'Treat the entry as not logged and ask the ledger for a proof again.'],
  'consistency-invalid': ['refuse', 'Treat the log as forked: keep both checkpoints and call the security officer.'],
  'proof-malformed': ['refuse', 'Ask the ledger for the proof again.'],
  'tile-malformed': ['refuse', 'Take the tile from another copy of the log.'],
  'bundle-malformed': ['refuse', 'Take the entry bundle from another copy of the log.'],
  'witness-policy-malformed': ['refuse', 'Correct the line of the witness policy that is named.'],
  'witness-state-corrupt': [
    'ask-person',
    'Restore the state file of the witness; never start it with an empty one while the log lives.',
  ],
  'witness-state-outdated': [
    'ask-person',
    'Let the log be cosigned once by the version of Duovir with which the loss was accepted, then start this one.',
  ],
  'witness-unavailable': ['retry', 'Start the witness, or wait until it answers again.'],
  'witness-refused': [
    'ask-person',
    'The witness saw another history of this log: stop, and compare ledger and witness.',
  ],
  'entry-invalid': [
    'refuse',
    'Correct the entry: a key of 1 to 200 printable characters, a kind, and at most 65,535 bytes.',
  ],
  'entry-conflict': ['refuse', 'Use a new key: this one already names an entry with other content.'],
  'run-grown': ['refuse', 'Look at the run again: something was said about it meanwhile.'],
  'run-settled': ['refuse', 'Start another run: this one has ended, and its record is closed.'],
  'entry-missing': ['refuse', 'Ask for an index below the size of the log.'],
  'ledger-locked': ['ask-person', 'Stop the other server that uses this database, or give this one its own.'],
  'ledger-unavailable': ['retry', 'Repeat with the same keys once PostgreSQL is back; nothing is written twice.'],
  'ledger-behind-witness': [
    'ask-person',
    'The database is older than what the witness has seen: run `duovir ledger restore`, which takes what is missing from a copy.',
  ],
  'restore-forged': [
    'refuse',
    'Have the security officer sign the decision with the key that this installation has pinned.',
  ],
  'restore-mismatch': [
    'refuse',
    'Run `duovir ledger restore` again: what is decided has to be exactly what is missing now.',
  ],
  'restore-impossible': [
    'ask-person',
    'Give another copy of the log with --from, or let the officer accept the loss with --accept-loss.',
  ],
  'ledger-corrupt': ['ask-person', 'Stop, keep the database as it is, and restore a verified copy.'],
  'timestamp-malformed': ['refuse', 'Ask the time-stamping authority again, and look whether its address is right.'],
  'timestamp-invalid': [
    'refuse',
    'Do not keep this timestamp: ask again, or another authority, and give its certificates with --tsa-ca.',
  ],
  'blob-mismatch': ['refuse', 'Treat the blob as forged: it is not what the ledger committed to.'],
  'verification-failed': [
    'retry',
    'Verify again, with more memory; nothing is known of this log until that has come to its end.',
  ],
  'publication-foreign': [
    'ask-person',
    'Keep the folder as it is and compare it with the ledger: it is of another log, or of another history of this one.',
  ],
  'export-failed': ['retry', 'Export again into an empty folder with enough space.'],
  'evidence-malformed': [
    'refuse',
    'Ask for the evidence pack again from whoever made it; this one is damaged or forged.',
  ],
  'evidence-refused': [
    'ask-person',
    'Verify the ledger with `duovir ledger verify`: what the server gave does not fit it.',
  ],
} as const satisfies Record<string, readonly [Consequence, string]>;

export type LedgerErrorCode = keyof typeof solutions;

export class LedgerError extends DuovirError<LedgerErrorCode> {
  constructor(code: LedgerErrorCode, message: string, cause?: unknown) {
    const [consequence, remedy] = solutions[code];
    super(code, message, { consequence, remedy, cause });
  }
}
