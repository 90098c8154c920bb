import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { StateDirectory } from '@duovir/principal';
import { ServerError } from './error.ts';

const configurationSchema = z.strictObject({
  host: z.string().min(1).max(255).default('127.0.0.1'),
  /** 0 takes any free port. */
  port: z.int().min(0).max(65_535).default(7070),
  /** Further names under which clients may call this server. */
  hosts: z.array(z.string().min(1).max(255)).max(32).default([]),
  /** Between two signs of life in the ledger. */
  heartbeatSeconds: z.int().min(1).max(86_400).default(60),
});
export type Configuration = z.output<typeof configurationSchema>;

/** `server.json` of the state directory; without it the loopback. */
export function readConfiguration(state: StateDirectory): Configuration {
  const file = join(state.root, 'server.json');
  if (!existsSync(file)) return configurationSchema.parse({});
  try {
    return configurationSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new ServerError('configuration-invalid', `${file} is not a valid configuration.`, cause);
  }
}
