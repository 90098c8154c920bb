import { Option, type Command } from 'commander';
import { loadPublicKey } from '@duovir/principal';
import { whyValueText, type WhyAnswer } from '@duovir/protocol';
import { ApiError, type Client } from '@duovir/sdk';
import { addConnectOptions, connect, type ConnectOptions } from '../connect.ts';
import { CliError } from '../error.ts';
import { line, marks, renderLine, span } from '../progress/line.ts';
import { openState, writeJson, type Session } from '../session.ts';
import { checkAnswer, type CheckedAnswer } from '../why/check-answer.ts';
import { describeAnswer, describeChange, placeOf } from '../why/describe-answer.ts';
import { dotOf } from '../why/dot.ts';
import { nearestPlaces } from '../why/nearest-places.ts';
import { isSame, observedValue, readObserved, type Observed } from '../why/observed.ts';
import { officerPolicies } from '../why/officer-policies.ts';
import { ProvenEntries } from '../why/proven-entries.ts';
import { provOf } from '../why/prov.ts';
import { questionOf, type Question } from '../why/question.ts';

type Format = 'text' | 'json' | 'dot' | 'prov';

interface WhyOptions extends ConnectOptions {
  readonly at?: string;
  readonly observed?: string;
  readonly format: Format;
  readonly officer?: string;
  readonly decision?: string;
  readonly agent?: string;
  readonly policy?: string;
  readonly limit: string;
}

export function addWhy(program: Command, session: Session): void {
  addConnectOptions(program.command('why'))
    .description('say why a value is what it is, from the attestation back to the request, and verify it')
    .usage('[target] <resource> [path] | --decision|--agent|--policy <what> | rebuild')
    .argument(
      '[question...]',
      'target (sandbox, when left out), resource, and path: a JSON pointer, or as in spec.replicas; or `rebuild`: derive the index anew, and say whether it differed',
    )
    .option('--at <time|entry>', 'as it was at this time, or at this entry of the ledger')
    .option('--observed <value|@file>', 'compare with what is there now; exit code 7 when nobody here decided that')
    .addOption(
      new Option('--format <format>', 'how to write it').choices(['text', 'json', 'dot', 'prov']).default('text'),
    )
    .option('--officer <key>', "the officer's public key in base64, when there is no state directory here")
    .option('--decision <run|digest>', 'the reverse: what a run, a motion or a verdict has changed')
    .option('--agent <principal>', 'the reverse: what somebody has had a part in')
    .option('--policy <version>', 'the reverse: what was decided under this version of the trust policy')
    .option('--limit <count>', 'the reverse: at most so many', '100')
    .action((words: readonly string[], _options: unknown, command: Command) => answerWhy(session, command, words));
}

async function answerWhy(session: Session, command: Command, words: readonly string[]): Promise<void> {
  const options = command.optsWithGlobals<WhyOptions>();
  const { decision, agent, policy } = options;
  // A resource of that name is asked about with its target.
  if (words.length === 1 && words[0] === 'rebuild') return rebuild(session, options);
  if (decision ?? agent ?? policy) {
    if (words.length > 0) throw new CliError('usage', 'Ask about a value or for changes.', 'Leave out one of them.');
    return listChanges(session, options);
  }
  const question = questionOf(words, options.at);
  const observed = options.observed === undefined ? undefined : readObserved(options.observed);
  const { client } = await connect(session, options);
  const answer = await askFor(client, question, observed);
  const entries = new ProvenEntries(client, await officerPolicies(client, officerKey(session, options)));
  const checked = await checkAnswer(client, entries, answer);
  const drift = observed && driftOf(observed, answer, checked);
  write(session, { answer, checked, drift }, options.json ? 'json' : options.format);
  if (!checked.ok)
    throw new CliError(
      'unverified',
      `The answer does not hold: ${checked.problems.length} of its parts are not proven.`,
      'Have the index built anew with `duovir why rebuild`, and the ledger verified with `duovir ledger verify`.',
    );
  if (drift) throw new CliError('drifted', drift, 'Decide it with a run, or put back what was decided.');
}

async function askFor(client: Client, question: Question, observed: Observed | undefined): Promise<WhyAnswer> {
  try {
    return await client.why(question);
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem?.code !== 'setting-unknown') throw error;
    const nearest = await nearestPlaces(client, question);
    const known = nearest.length === 0 ? 'Nothing is known in this target.' : `Known are: ${nearest.join(', ')}.`;
    const what = placeOf({ resource: question.resource, path: question.path ?? '' });
    throw new CliError(
      observed ? 'drifted' : 'not-found',
      `Nobody here decided this: no attested step has set ${what}.`,
      known,
      error,
    );
  }
}

function officerKey(session: Session, options: WhyOptions): string {
  return options.officer ?? loadPublicKey(openState(session, options).officer);
}

/** What is there now is not what was attested last. */
function driftOf(observed: Observed, answer: WhyAnswer, { plan }: CheckedAnswer): string | undefined {
  const now = observedValue(observed, answer, plan);
  if (isSame(answer.value, now)) return undefined;
  const seen = now === undefined ? 'nothing' : whyValueText(now);
  const decided = `${whyValueText(answer.value)}, decided in ${answer.run} and attested in entry ${answer.entry}`;
  return `Nobody here decided this: ${placeOf(answer)} is ${seen}; last attested was ${decided}.`;
}

interface Found {
  readonly answer: WhyAnswer;
  readonly checked: CheckedAnswer;
  readonly drift: string | undefined;
}

function write(session: Session, { answer, checked, drift }: Found, format: Format): void {
  const { ok, verified, problems } = checked;
  switch (format) {
    case 'json':
      return writeJson(session, { ...answer, verification: { ok, verified, problems }, drift: drift ?? null });
    case 'dot':
      return session.output.write(dotOf(answer, checked));
    case 'prov':
      return writeJson(session, provOf(answer, checked));
    case 'text':
      for (const one of describeAnswer(answer, checked)) session.output.write(renderLine(session.output, one));
  }
}

async function listChanges(session: Session, options: WhyOptions): Promise<void> {
  const { decision, agent, policy } = options;
  if ([decision, agent, policy].filter((given) => given !== undefined).length > 1)
    throw new CliError('usage', 'Ask for one of --decision, --agent and --policy.', 'Leave out the others.');
  const limit = Number(options.limit);
  if (!/^\d{1,6}$/.test(options.limit) || limit === 0 || (policy !== undefined && !/^\d{1,9}$/.test(policy)))
    throw new CliError(
      'usage',
      'A count and a version are whole numbers.',
      'As in `duovir why --policy 2 --limit 20`.',
    );
  const { client } = await connect(session, options);
  let count = 0;
  const filter = {
    ...(decision === undefined ? {} : { decision }),
    ...(agent === undefined ? {} : { agent }),
    ...(policy === undefined ? {} : { policy: Number(policy) }),
  };
  for await (const change of client.whyChanges(filter)) {
    if (count === limit) break;
    count += 1;
    if (options.json || options.format === 'json') writeJson(session, change);
    else session.output.write(renderLine(session.output, describeChange(change)));
  }
  if (count === 0 && !options.json)
    session.output.write(renderLine(session.output, line(0, span('It has changed nothing.', 'quiet'))));
}

/** Derives the index of values anew from ledger and plans, and says whether it had said something else. */
async function rebuild(session: Session, options: ConnectOptions): Promise<void> {
  const { client } = await connect(session, options);
  const rebuilt = await client.rebuildWhy();
  if (options.json) return writeJson(session, rebuilt);
  const { runs, values, differed, examples } = rebuilt;
  const found = `${values} values of ${runs} runs, from ledger and plans`;
  const said =
    differed === 0
      ? line(0, marks.good, span(found), span('the index had said the same', 'quiet'))
      : line(0, marks.warn, span(found), span(`the index had said something else about ${differed} runs`, 'warn'));
  session.output.write(renderLine(session.output, said));
  for (const run of examples) session.output.write(renderLine(session.output, line(1, span(run, 'quiet'))));
}
