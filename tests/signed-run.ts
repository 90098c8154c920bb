import { loadPinnedOfficer, loadSigner, loadTrustPolicy, stateDirectory } from '@duovir/principal';
import { runRequestSchema, signIntent, type RunView } from '@duovir/protocol';
import { newRunId, saltedRequest, type Client } from '@duovir/sdk';
import type * as z from 'zod';

/** Starts a run as its requester would: what he asks for bears his signature. */
export async function startSigned(
  state: string,
  client: Client,
  wanted: z.input<typeof runRequestSchema>,
  requester = 'operator',
  run = newRunId(),
): Promise<RunView> {
  const directory = stateDirectory(state);
  const person = directory.person(requester);
  const { digest: trustPolicy } = loadTrustPolicy(directory.trustPolicy, loadPinnedOfficer(person));
  const request = saltedRequest(runRequestSchema.parse(wanted));
  const time = new Date().toISOString();
  const document = { run, requester, request };
  const statement = await signIntent(loadSigner(person, requester), document, { trustPolicy, time });
  return client.startRun({ ...request, intent: { run, statement } });
}
