import { DuovirError, type Consequence } from '@duovir/protocol';

/** What the caller may do and what a person should do, for each code. */
const solutions = {
  'postgres-missing': [
    'ask-person',
    'Install PostgreSQL (Debian: `apt-get install postgresql`), or give your own with DATABASE_URL.',
  ],
  'postgres-version': [
    'ask-person',
    'Install the PostgreSQL version that made these files, or move them to the new one with pg_upgrade.',
  ],
  'postgres-failed': ['ask-person', 'Read the last lines of the PostgreSQL log above and correct what they name.'],
  'postgres-directory': ['ask-person', 'Remove the file or folder named, or put the state directory somewhere else.'],
  'database-missing': ['ask-person', 'Start Duovir with `duovir up`, which starts PostgreSQL first.'],
  'database-url-permissions': ['ask-person', 'Run `chmod 600` on the file, and change the password if others saw it.'],
  'database-url-malformed': ['ask-person', 'Write one line: postgresql://user:password@host:port/database'],
  'database-unavailable': ['retry', 'Wait until PostgreSQL is back; nothing was lost and nothing is done twice.'],
  'migration-changed': ['ask-person', 'Run the version of Duovir that fits this database, or restore its backup.'],
  'document-missing': ['refuse', 'Ask for a document that this server has stored.'],
  'document-shredded': ['refuse', 'Nobody can bring it back; the entry says who had it destroyed, and why.'],
  'document-altered': ['ask-person', 'Stop and restore the database: a stored document is not what was committed to.'],
  'blob-unknown': ['refuse', 'List what is sealed with `duovir blob list --run <run>`.'],
  'blob-uncommitted': [
    'refuse',
    'Shred another blob of the run, such as its request: what no entry commits to goes with it.',
  ],
  'blob-in-use': ['refuse', 'Wait until the run has ended, or cancel it: it still works with its documents.'],
  'publication-failed': [
    'retry',
    'Make room for the folder `ledger` of the state directory, and let the server write there; it tries again by itself.',
  ],
  'entry-secret': [
    'ask-person',
    'Find out who put a secret where ids belong, and change it: it was not recorded, but somebody has it.',
  ],
  'entry-unfound': ['ask-person', 'Verify the ledger with `duovir ledger verify`: it contradicts itself.'],
  'placeholder-unknown': ['refuse', 'Have the plan made anew: it names a placeholder that this run never gave out.'],
  'call-unknown': ['refuse', 'List what has left with `duovir egress list`.'],
  'question-closed': ['refuse', 'Look at the run: the planner waits for no answer, or has one already.'],
  'models-not-stopped': ['refuse', 'Nothing has to be resumed.'],
  'run-unknown': ['refuse', 'List the runs with `duovir run list`.'],
  'run-taken': ['refuse', 'Pick a new run id and sign the request again.'],
  'motion-unknown': ['refuse', 'List the motions of a run with GET /v1/runs/{run}/motions.'],
  'passkey-invalid': ['refuse', 'Register the passkey again; it must verify you, by PIN, finger or face.'],
  'passkey-place': [
    'refuse',
    'Open the console under a name, as http://localhost:7070, or one of `hosts` in server.json.',
  ],
  'plan-missing': ['refuse', 'Wait until the planner has written a plan, or read why it refused.'],
  'setting-unknown': ['refuse', 'Ask for a target, resource and path that a settled step of a run has set.'],
  'why-index-altered': [
    'ask-person',
    'Build the index again with `duovir why rebuild`, and find out who wrote to the database.',
  ],
  'event-invalid': ['refuse', 'Publish one of the documented events.'],
  'principal-unavailable': ['retry', 'Look at `duovir status`; the supervisor restarts what died.'],
  'trust-policy-older': ['refuse', 'Sign a newer version: `duovir trust sign` counts it up from the one in force.'],
  'trust-policy-superseded': [
    'refuse',
    'Look at what came in force meanwhile (`duovir trust diff`), then sign it again to follow that.',
  ],
  'trust-policy-unsound': ['refuse', 'Correct what `duovir trust check` finds, and sign it again.'],
  'trust-policy-unknown': ['refuse', 'List the versions with `duovir trust show`.'],
  'keys-rotated': ['retry', 'Start the server again: `duovir up` does, and it takes the new key.'],
  'trust-policy-rolled-back': [
    'ask-person',
    'Put the newest one back: the folder trust/history has it. If it is not there, restore it from the backup.',
  ],
  'trust-policy-foreign': ['ask-person', "Have the officer enrol this server's key in the trust policy."],
  'configuration-invalid': ['ask-person', 'Correct server.json in the state directory, or remove it.'],
  'address-in-use': ['ask-person', 'Stop what listens there, or choose another port in server.json.'],
  unauthenticated: ['refuse', 'Send `Authorization: Bearer <token>` with the token that `duovir init` wrote.'],
  'login-missing': ['refuse', 'Come with a token, or have the officer name an issuer in the trust policy.'],
  'login-invalid': ['refuse', 'Begin the login again at /v1/login.'],
  'login-unavailable': ['retry', 'Wait until the issuer answers, or come with a token of `duovir token create`.'],
  'page-foreign': ['refuse', 'Do it in the console itself.'],
  'token-expired': ['refuse', 'Have an administrator issue a new one: `duovir token create --for <you>`.'],
  'token-revoked': [
    'refuse',
    'Use another token, or have an administrator issue one: `duovir token create --for <you>`.',
  ],
  'token-unknown': ['refuse', 'List the tokens with `duovir token list`.'],
  'tokens-malformed': ['ask-person', "Restore the server's tokens.json from its backup, or make it an empty list: []"],
  'scope-missing': ['refuse', 'Use a token with that scope: `duovir token create --scope <scopes>`.'],
  'scope-escalation': ['refuse', 'Ask for scopes that your own token has, or log in and ask again.'],
  forbidden: [
    'ask-person',
    'Ask the officer: the trust policy says who is enrolled, with which roles, and what these may do.',
  ],
  'host-refused': ['refuse', 'Use the address the server listens on, or add the name to `hosts` in server.json.'],
  'path-unknown': ['refuse', 'Look at GET /openapi.json for what there is.'],
  'method-refused': ['refuse', 'Use one of the methods in the Allow header.'],
  'body-too-large': ['refuse', 'Send at most 1 MB.'],
  'media-type-refused': ['refuse', 'Send JSON, with `Content-Type: application/json`.'],
  'json-malformed': ['refuse', 'Send one well-formed JSON document in UTF-8, nested at most 32 deep.'],
  'request-invalid': ['refuse', 'Correct the fields named in `errors`.'],
  'idempotency-key-reused': ['refuse', 'Use a new Idempotency-Key for another request.'],
  'request-unsigned': [
    'refuse',
    'Ask with `duovir run start` or in the console, or send what `duovir run sign` prints: both sign with your own key.',
  ],
  'statement-invalid': ['refuse', 'Sign it again, now, with your own key and under the trust policy in force.'],
  'statement-foreign': ['refuse', 'Send only what you have signed yourself.'],
  'stop-unknown': ['refuse', 'Look at `duovir stop show`: the stop may have been lifted already.'],
  'break-glass-closed': [
    'ask-person',
    'Have the officer allow it in the trust policy (`breakGlass`), or have reviewers decide.',
  ],
  'break-glass-wider': [
    'refuse',
    'Stay inside what `breakGlass` of the trust policy allows: `duovir break-glass show`.',
  ],
  'break-glass-differs': ['refuse', 'Confirm exactly what was opened: `duovir break-glass confirm`.'],
  'grant-unknown': ['refuse', 'List what was opened with `duovir break-glass show`.'],
  'grant-over': ['refuse', 'Open a new one, and have another person confirm it.'],
  'motion-decided': ['refuse', 'Nothing more has to be said: read the verdict with `duovir motion show`.'],
  'motion-superseded': ['refuse', 'Read the newer revision and decide on that one: `duovir approval list`.'],
  'motion-stale': [
    'refuse',
    'Wait until the run has put it to the vote again under the trust policy in force, then read and sign that.',
  ],
  'run-settled': ['refuse', 'Start a new run.'],
  'motion-not-waiting': ['refuse', 'Look at GET /v1/approvals for what waits for people.'],
  'approval-invalid': ['refuse', 'Sign the approval of this motion again, with your own key.'],
  'approval-foreign': ['refuse', 'Send only what you have signed yourself.'],
  separation: ['ask-person', 'Ask another person: nobody decides alone about what he began himself.'],
  'streams-full': ['retry', 'Close event streams that nobody reads, and come back.'],
  'tile-missing': ['refuse', 'Ask for a tile of the tree that the checkpoint describes.'],
} as const satisfies Record<string, readonly [Consequence, string]>;

export type ServerErrorCode = keyof typeof solutions;

/** What is wrong in one place of a request: a JSON pointer into the body, or the name of a parameter. */
export interface Flaw {
  readonly pointer: string;
  readonly message: string;
}

export class ServerError extends DuovirError<ServerErrorCode> {
  readonly flaws: readonly Flaw[];

  constructor(code: ServerErrorCode, message: string, cause?: unknown, flaws: readonly Flaw[] = []) {
    const [consequence, remedy] = solutions[code];
    super(code, message, { consequence, remedy, cause });
    this.flaws = flaws;
  }
}
