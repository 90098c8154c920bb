import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { loadKeyFile, OFFICER, openSigner, type StateDirectory } from '@duovir/principal';
import type { Signer } from '@duovir/protocol';
import type { Session } from '../session.ts';
import { officerProgram } from './external-signer.ts';

export interface OfficerOptions {
  readonly key?: string;
  readonly signer?: string;
  readonly signerArgument: readonly string[];
}

/** Where the officer's key is, for commands that sign in the officer's name. */
export function addOfficerOptions(command: Command): Command {
  return command
    .option('--key <file>', "the officer's key; without it, the one in the state directory")
    .addOption(
      new Option('--signer <program>', 'sign with a program instead: bytes in, signature in base64 out').conflicts(
        'key',
      ),
    )
    .option('--signer-argument <argument>', 'an argument of the program; may be repeated', collect, []);
}

export async function officerSigner(
  { environment }: Pick<Session, 'environment'>,
  state: StateDirectory,
  publicKey: string,
  { key, signer, signerArgument }: OfficerOptions,
): Promise<Signer> {
  if (signer !== undefined) return officerProgram({ command: [signer, ...signerArgument], publicKey, environment });
  return key === undefined ? openSigner(state.officer, OFFICER) : loadKeyFile(resolve(key), OFFICER);
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
