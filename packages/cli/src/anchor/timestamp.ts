import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { keepAnchor, NONCE_BYTES, openCheckpoint, timestampQuery, verifyAnswer } from '@duovir/ledger';
import type { TrustPolicy } from '@duovir/protocol';
import { addConnectOptions, connect, type ConnectOptions } from '../connect.ts';
import { CliError } from '../error.ts';
import { openState, writeJson, type Session } from '../session.ts';
import { plainText } from '../terminal/text.ts';
import { PolicySource } from '../trust/policy-source.ts';
import { askAuthority } from './ask-authority.ts';

interface TimestampOptions extends ConnectOptions {
  readonly tsa: string;
  readonly tsaCa?: string;
}

export function addTimestamp(ledger: Command, session: Session): void {
  addConnectOptions(ledger.command('timestamp'))
    .description('have an authority outside put a time to the newest checkpoint (RFC 3161)')
    .addOption(new Option('--tsa <url>', 'the time-stamping authority').makeOptionMandatory())
    .option('--tsa-ca <file>', 'certificates in PEM that the authority must lead to')
    .action((_options: unknown, command: Command) => timestamp(session, command.optsWithGlobals<TimestampOptions>()));
}

/** Nothing is kept that does not verify; and nothing is sent but a digest, a nonce, and the wish for certificates. */
async function timestamp(session: Session, options: TimestampOptions): Promise<void> {
  const state = openState(session, options);
  const certificates = options.tsaCa === undefined ? undefined : readCertificates(options.tsaCa);
  const { client } = await connect(session, options);
  const note = await client.ledgerCheckpoint();
  const { size } = open(note, new PolicySource(state, session.now()).inForce.policy);
  const checkpoint = Buffer.from(note);
  const query = timestampQuery(checkpoint, randomBytes(NONCE_BYTES));
  const response = await askAuthority(options.tsa, Uint8Array.from(query.body), session.interrupted);
  const { time, isTrusted, authority } = verifyAnswer(response, { checkpoint, nonce: query.nonce }, certificates);
  keepAnchor(state.anchors, { size, checkpoint, response });
  const name = authority.replaceAll('\n', ', ');
  if (options.json) return writeJson(session, { size, time: time.toISOString(), authority: name, isTrusted });
  const { output } = session;
  output.write(`${output.style('good', '✔')} ${size} entries existed at ${time.toISOString()}\n`);
  output.write(`  ${output.style('quiet', plainText(name))}\n`);
  if (!isTrusted)
    output.write(
      `${output.style('warn', '!')} Whose signature that is was not asked: name its certificates, --tsa-ca\n`,
    );
}

/** Only what log and witnesses have signed is worth a time. */
function open(note: string, { log, witnesses }: TrustPolicy): { readonly size: number } {
  return openCheckpoint(note, { logVkey: log.vkey, witnessVkeys: witnesses.vkeys, quorum: witnesses.quorum });
}

function readCertificates(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CliError('usage', `${plainText(path)} cannot be read.`, 'Name a file of certificates in PEM.', cause);
  }
}
