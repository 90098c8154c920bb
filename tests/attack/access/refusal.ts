import { ApiError } from '@duovir/sdk';

/** The code with which the server refuses; whatever else comes back is told as it is. */
export async function refusal(asked: Promise<unknown>): Promise<string> {
  try {
    return `answered: ${JSON.stringify(await asked)}`;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.problem?.code ?? error.message;
  }
}
