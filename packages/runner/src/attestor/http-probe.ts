import { plainText, type Probe } from '@duovir/protocol';
import type { Conceal } from '../restoration/concealment.ts';
import type { Visit } from '../sandbox/visit.ts';
import { notCarriedOut } from './command-probe.ts';
import { look, unknown, type Look } from './look.ts';

type HttpProbe = Extract<Probe, { action: 'http.probe@1' }>;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

const CURL = '/usr/bin/curl';
const TIMEOUT_SECONDS = 10;
const CAP_BYTES = 1_048_576;
const TIMED_OUT = 28;
const SHOWN_BODIES = 16;
const SHOWN_CHARACTERS = 500;

/** Asks from inside: a sandbox has no other way in. */
export async function lookByHttp(
  { with: { url, requests }, expect }: HttpProbe,
  visit: Visit,
  conceal: Conceal,
): Promise<Look> {
  const answers: HttpAnswer[] = [];
  for (let count = 0; count < requests; count++) {
    const answer = await ask(url, visit);
    if ('outcome' in answer) return answer;
    answers.push(answer);
  }
  return judgeAnswers(expect, answers, conceal);
}

async function ask(url: string, visit: Visit): Promise<HttpAnswer | Look> {
  const result = await visit.command({
    // -q comes first: a .curlrc in the workspace is not to be obeyed.
    argv: [
      CURL,
      '-q',
      '--silent',
      '--show-error',
      '--globoff',
      '--noproxy',
      '*',
      '--max-time',
      String(TIMEOUT_SECONDS),
    ].concat(['--proto', '=http', '--output', '-', '--write-out', '\n%{http_code}', '--', url]),
    cwd: '/',
    timeoutMs: (TIMEOUT_SECONDS + 2) * 1000,
    outputCapBytes: CAP_BYTES,
  });
  const problem = notCarriedOut(result, CURL);
  if (problem) return problem;
  const complaint = plainText(result.stderr.text).trim();
  if (result.exit === TIMED_OUT) return unknown(`${url} did not answer in time: ${complaint}`);
  if (result.exit !== 0) return look('failed', { curl: result.exit }, `${url}: ${complaint}`);
  const end = result.stdout.text.lastIndexOf('\n');
  return { status: Number(result.stdout.text.slice(end + 1)), body: result.stdout.text.slice(0, end).trim() };
}

export function judgeAnswers(expect: HttpProbe['expect'], answers: readonly HttpAnswer[], conceal: Conceal): Look {
  const bodies = [...new Set(answers.map(({ body }) => body))];
  const statuses = [...new Set(answers.map(({ status }) => status))];
  const shown = bodies.slice(0, SHOWN_BODIES).map((body) => conceal(plainText(body)).slice(0, SHOWN_CHARACTERS));
  const observed = { requests: answers.length, statuses, bodies: shown };
  const wrong = statuses.find((status) => status !== expect.status);
  if (wrong !== undefined) return look('failed', observed, `Status ${wrong} instead of ${expect.status}.`);
  const { includes } = expect;
  if (includes !== undefined && !bodies.every((body) => body.includes(includes)))
    return look('failed', observed, `Expected "${includes}" in "${shown.join('", "')}".`);
  const missing = expect.bodies?.find((body) => !bodies.includes(body.trim()));
  if (missing !== undefined)
    return look('failed', observed, `"${missing}" did not answer in ${answers.length} requests.`);
  return look('succeeded', observed, `Status ${statuses.join()} in ${answers.length} requests: ${shown.join(', ')}`);
}
