import * as z from 'zod';
import { ownAccessToken } from './google-access-token.ts';
import { storeRequest, type KeySources } from './key-sources.ts';
import { readStore } from './read-store.ts';

const versionSchema = z.object({ payload: z.object({ data: z.base64() }) });

/** `resource`: `projects/<project>/secrets/<secret>/versions/<version>` */
export async function readSecretManagerKey(resource: string, sources: KeySources): Promise<string> {
  const { token } = await ownAccessToken(sources);
  const url = `https://secretmanager.googleapis.com/v1/${resource}:access`;
  const asked = sources.fetch(url, storeRequest({ headers: { authorization: `Bearer ${token}` } }));
  const { payload } = await readStore('Secret Manager', asked, versionSchema);
  return Buffer.from(payload.data, 'base64').toString('utf8');
}
