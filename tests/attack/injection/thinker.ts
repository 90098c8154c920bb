import { thinkThrough, type ModelBrain } from '@duovir/agents';
import { UnixClient } from '@duovir/principal';
import { digestOf, modelAnswerSchema, signStatement, type ModelQuestion, type Signer } from '@duovir/protocol';

const PATIENCE_MS = 120_000;

/** An agent's own way to the gateway: it signs its question and sends it over the socket. */
export function thinkerOf(signer: Signer, socket: string): ModelBrain {
  const client = new UnixClient(socket);
  const ask = async (question: ModelQuestion) => {
    const { run, purpose, motion, attempt, prompt } = question;
    const statement = await signStatement(signer, {
      kind: 'model-question',
      run,
      time: new Date().toISOString(),
      subject: digestOf(question),
      predicate: { purpose, motion, attempt, prompt },
    });
    const body = { statement, question };
    return client.call({ path: '/v1/model-calls', body, timeoutMs: PATIENCE_MS }, modelAnswerSchema);
  };
  return { consult: 'always', thinker: { think: (question) => thinkThrough(question, ask) } };
}
