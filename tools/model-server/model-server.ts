import type { Brain } from './brain.ts';
import { respond } from './respond.ts';
import { listen, type ModelServer, type ServerOptions } from './server.ts';

/** A model of our own making behind a real socket: everything past that socket is the product's own way. */
export async function startModelServer({ brain, ...options }: ServerOptions & { brain: Brain }): Promise<ModelServer> {
  return listen(async (received, circumstances) => respond(received, brain, circumstances), options);
}
