import { thinkThrough, type ModelBrain } from '@duovir/agents';
import { UnixClient } from '@duovir/principal';
import { modelAnswerSchema, signQuestion, type ModelQuestion, type Signer } from '@duovir/protocol';

const PATIENCE_MS = 120_000;

/** An agent's own way to the gateway: it signs its question and sends it over the socket. */
export function thinkerOf(signer: Signer, socket: string): ModelBrain {
  const client = new UnixClient(socket);
  const ask = async (question: ModelQuestion) => {
    const body = await signQuestion(signer, question, new Date().toISOString());
    return client.call({ path: '/v1/model-calls', body, timeoutMs: PATIENCE_MS }, modelAnswerSchema);
  };
  return { consult: 'always', thinker: { think: (question) => thinkThrough(question, ask) } };
}
