import {
  digestOf,
  keyIdOfEnvelope,
  openStatement,
  type Digest,
  type ModelQuestion,
  type ModelRequest,
  type Principal,
  type TrustPolicy,
} from '@duovir/protocol';
import { EgressError } from '../error.ts';

/** A question and who asks it, as its signature proves. */
export interface AskedQuestion {
  readonly request: ModelRequest;
  readonly question: ModelQuestion;
  readonly digest: Digest;
  readonly principal: Principal;
}

/** Throws `question-unsigned` unless an enrolled principal has signed exactly this question. */
export function openQuestion(request: ModelRequest, policy: TrustPolicy): AskedQuestion {
  const { question, statement: envelope } = request;
  const [name] = keyIdOfEnvelope(envelope).split('/');
  const principal = policy.principals.find((each) => each.name === name);
  if (!principal) throw new EgressError('question-unsigned', 'The question is not from an enrolled principal.');
  const { run, subject, predicate } = openStatement(envelope, 'model-question', principal);
  const digest = digestOf(question);
  const { purpose, motion, attempt, prompt } = question;
  const isThisQuestion =
    subject === digest &&
    run === question.run &&
    digestOf(predicate) === digestOf({ purpose, motion, attempt, prompt });
  if (!isThisQuestion) throw new EgressError('question-unsigned', `${principal.name} has signed another question.`);
  return { request, question, digest, principal };
}
