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
  'document-altered': ['ask-person', 'Stop and restore the database: a stored document is not what was committed to.'],
  'run-unknown': ['refuse', 'List the runs with `duovir run list`.'],
  'event-invalid': ['refuse', 'Publish one of the documented events.'],
  'principal-unavailable': ['retry', 'Look at `duovir status`; the supervisor restarts what died.'],
  'trust-policy-foreign': ['ask-person', "Have the officer enrol this server's key in the trust policy."],
  'configuration-invalid': ['ask-person', 'Correct server.json in the state directory, or remove it.'],
  'address-in-use': ['ask-person', 'Stop what listens there, or choose another port in server.json.'],
} as const satisfies Record<string, readonly [Consequence, string]>;

export type ServerErrorCode = keyof typeof solutions;

export class ServerError extends DuovirError<ServerErrorCode> {
  constructor(code: ServerErrorCode, message: string, cause?: unknown) {
    const [consequence, remedy] = solutions[code];
    super(code, message, { consequence, remedy, cause });
  }
}
