import {
  commitTo,
  grantIdSchema,
  openStatement,
  signStatement,
  type BreakGlassRequest,
  type BreakGlassView,
  type NewEvent,
  type Predicate,
  type Statement,
} from '@duovir/protocol';
import { ServerError } from '../error.ts';
import { appendOnce } from '../ledger/append-once.ts';
import { enrolledPerson, ownStatement } from '../own-statement.ts';
import type { Grant } from '../store/grants.ts';
import { confirmedBy, grantView } from './grant-state.ts';
import { LOG, type EmergencyParts } from './parts.ts';

const MOST_SHOWN = 50;

/** Opens a grant, or confirms one that somebody else has opened. It says the same as his, to the word of the reason. */
export async function breakGlass(parts: EmergencyParts, person: string, request: BreakGlassRequest): Promise<void> {
  const statement = ownStatement(parts, person, 'break-glass', request.statement);
  assertAllowed(parts, statement, request);
  const { predicate, subject } = statement;
  const known = await parts.grants.find(predicate.grant);
  if (known) assertConfirms(known, person, predicate, request, parts.clock.now());
  const { grant: id, classes } = predicate;
  const stated = await appendOnce(parts.ledger, `break-glass/${id}/${person}`, LOG, request.statement);
  // After a crash in between the first word stands, if it says the same.
  const first = openStatement(stated.envelope, 'break-glass', enrolledPerson(parts, person));
  if (!saysSame(first.predicate, predicate)) throw differs(id);
  const isGiven = await parts.grants.give(
    { id, classes, trustPolicy: subject, until: new Date(predicate.until), reason: request.reason, salt: request.salt },
    { person, statement: stated.envelope, entry: stated.index, time: new Date(first.time) },
  );
  if (!isGiven) throw differs(id);
  await tellOpening(parts, id, stated.index);
}

/** Anybody may end it before its time. */
export async function endBreakGlass(parts: EmergencyParts, person: string, id: string): Promise<void> {
  const grant = await parts.grants.find(id);
  if (!grant) throw new ServerError('grant-unknown', `Nobody has opened ${id}.`);
  if (grant.endedBy !== null) return;
  const statement = await signStatement(parts.signer, {
    kind: 'break-glass-end',
    run: LOG,
    time: parts.clock.now().toISOString(),
    subject: parts.trust.current().digest,
    predicate: { grant: id, person },
  });
  const { index } = await appendOnce(parts.ledger, `break-glass-end/${id}`, LOG, statement);
  await parts.grants.end(id, person, parts.clock.now());
  console.warn(`${person} has ended ${id}.`);
  await tellRuns(parts, `break-glass-end/${id}`, {
    type: 'break-glass-end',
    body: { grant: id, person, entry: index },
  });
}

export async function breakGlassView({ grants, trust, clock }: EmergencyParts): Promise<BreakGlassView> {
  const trusted = trust.current();
  return {
    rule: trusted.policy.breakGlass,
    trustPolicy: trusted.digest,
    grants: (await grants.newest(MOST_SHOWN)).map((grant) => grantView(grant, trusted, clock.now())),
  };
}

function assertAllowed(
  { trust, clock }: EmergencyParts,
  { run, subject, time, predicate }: Statement<'break-glass'>,
  { salt, reason }: BreakGlassRequest,
): void {
  const { policy, digest } = trust.current();
  const rule = policy.breakGlass;
  if (!rule) throw new ServerError('break-glass-closed', 'The trust policy lets nobody break the glass.');
  if (run !== LOG || subject !== digest || !grantIdSchema.safeParse(predicate.grant).success)
    throw new ServerError('statement-invalid', 'The statement was made under another trust policy, or names no grant.');
  if (predicate.commitment !== commitTo(salt, reason))
    throw new ServerError('statement-invalid', 'The statement was made for another reason than the one given.');
  const wider = predicate.classes.filter((one) => !rule.classes.some((allowed) => allowed === one));
  if (wider.length > 0)
    throw new ServerError('break-glass-wider', `Nobody may break the glass for ${wider.join(' and ')}.`);
  const until = Date.parse(predicate.until);
  if (until > Date.parse(time) + rule.minutes * 60_000)
    throw new ServerError('break-glass-wider', `The glass may be broken for at most ${rule.minutes} minutes.`);
  if (until <= clock.now().getTime()) throw new ServerError('grant-over', `${predicate.grant} is over already.`);
}

function assertConfirms(
  { id, classes, until, reason, salt, endedBy, statements }: Grant,
  person: string,
  predicate: Predicate<'break-glass'>,
  request: BreakGlassRequest,
  now: Date,
): void {
  if (endedBy !== null || until <= now) throw new ServerError('grant-over', `${id} has ended.`);
  if (statements.some((given) => given.person === person))
    throw new ServerError('separation', `${person} has said so already; another person has to confirm it.`);
  const isSame = until.toISOString() === predicate.until && sameClasses(classes, predicate.classes);
  if (!isSame || reason !== request.reason || salt !== request.salt) throw differs(id);
}

function saysSame(one: Predicate<'break-glass'>, other: Predicate<'break-glass'>): boolean {
  return one.until === other.until && sameClasses(one.classes, other.classes) && one.commitment === other.commitment;
}

function sameClasses(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}

function differs(grant: string): ServerError {
  return new ServerError(
    'break-glass-differs',
    `${grant} was opened for another time, other classes or another reason.`,
  );
}

/** Loudly: in the server's log and to everybody who follows a run; and runs that wait for people look again. */
async function tellOpening(parts: EmergencyParts, id: string, entry: number): Promise<void> {
  const grant = await parts.grants.find(id);
  if (!grant) return;
  const people = grant.statements.map(({ person }) => person);
  const until = grant.until.toISOString();
  const isOpen = confirmedBy(grant, parts.trust.current()) !== undefined;
  const verb = isOpen ? 'have broken' : 'asks to break';
  const classes = grant.classes.join(', ');
  console.warn(
    `${people.join(' and ')} ${verb} the glass for ${classes} until ${until}: \`duovir break-glass show\` says why.`,
  );
  const needed = parts.trust.current().policy.breakGlass?.people ?? people.length;
  await tellRuns(parts, `break-glass-open/${id}/${people.length}`, {
    type: 'break-glass-open',
    body: { grant: id, people, needed, classes: grant.classes, until, entry },
  });
  if (!isOpen) return;
  for (const { id: run, state } of await parts.runs.open())
    if (state.kind === 'waiting') await parts.wake(run, state.motion);
}

async function tellRuns({ runs, events }: EmergencyParts, key: string, event: NewEvent): Promise<void> {
  await Promise.all((await runs.open()).map(({ id }) => events.publish(id, key, event)));
}
