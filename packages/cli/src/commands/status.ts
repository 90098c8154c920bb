import type { Command } from 'commander';
import type { Health } from '@duovir/protocol';
import { ApiError, createClient } from '@duovir/sdk';
import { exitCodes } from '../exit-code.ts';
import { CliError } from '../error.ts';
import { commonOptions, openState, stateHint, writeJson, type Session } from '../session.ts';
import { WEAKER } from '../supervisor/cell/weaker.ts';
import { readStatus } from '../supervisor/control-client.ts';
import { familyOf, memoryOf } from '../supervisor/family.ts';
import { isReady, type CellsKind, type ProcessStatus, type SupervisorStatus } from '../supervisor/status.ts';
import { writeTable } from '../terminal/table.ts';
import { plainText } from '../terminal/text.ts';
import type { Style } from '../terminal/terminal.ts';

const styles: Record<ProcessStatus['kind'], Style> = {
  waiting: 'quiet',
  starting: 'accent',
  ready: 'good',
  restarting: 'warn',
  failed: 'bad',
  stopping: 'quiet',
  stopped: 'quiet',
};

const cellsInWords: Record<CellsKind, string> = {
  'own-uids': 'agents and witness, each under a user id of its own; server, runner and attestor run as root',
  'one-uid': 'agents and witness, all under your user id',
  none: `none. ${WEAKER}`,
};

export function addStatus(program: Command, session: Session): void {
  program
    .command('status')
    .description('show each process, its restarts and its memory')
    .action(async (_options: unknown, command: Command) => {
      const options = commonOptions(command);
      const state = openState(session, options);
      const status = await readStatus(state);
      if (!status)
        throw new CliError('not-up', 'Duovir is not up.', `Start it with \`duovir up${stateHint(session, state)}\`.`);
      const processes = status.processes.map((process) => ({ ...process, memoryBytes: treeMemory(process.pid) }));
      const health = await readHealth(status.url);
      const alarms = health ? alarmsOf(health) : [];
      const published = health?.published ?? null;
      const supervisorMemoryBytes = memoryOf(status.pid) ?? null;
      if (options.json) writeJson(session, { ...status, processes, supervisorMemoryBytes, alarms, published });
      else {
        writeAlarms(session, alarms);
        write(session, status, processes);
        if (published) writePublished(session, published);
      }
      if (!isReady(status)) session.finish(exitCodes['not-up'].code);
    });
}

/** Undefined where the server does not answer: its state says so. */
async function readHealth(url: string): Promise<Health | undefined> {
  try {
    return await createClient({ url, token: 'none' }).health();
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

const ALARMS = ['stop', 'break-glass', 'heartbeat', 'publication'];

/** What people have stopped or opened for everything, and a ledger that gives no sign of life or does not get out. */
function alarmsOf({ parts }: Health): string[] {
  return ALARMS.flatMap((name) => (parts[name]?.ok === false ? [parts[name].message] : []));
}

function writePublished({ output }: Session, { size, behind }: Health['published']): void {
  const lag = behind === 0 ? '' : `, ${behind} to come`;
  output.write(`ledger: ${output.style('quiet', `${size} entries published${lag}`)}\n`);
}

function writeAlarms({ output }: Session, alarms: readonly string[]): void {
  for (const alarm of alarms) output.write(`${output.style('bad', `✖ ${plainText(alarm)}`)}\n`);
  if (alarms.length > 0) output.write('\n');
}

interface Row extends ProcessStatus {
  readonly memoryBytes: number | null;
}

/** What a process and everything below it take; null when that cannot be read. */
function treeMemory(pid: number | null): number | null {
  if (pid === null) return null;
  const known = familyOf(pid).flatMap((member) => memoryOf(member.pid) ?? []);
  return known.length === 0 ? null : known.reduce((total, bytes) => total + bytes, 0);
}

const megabytes = (bytes: number | null | undefined): string =>
  bytes === null || bytes === undefined ? '–' : `${(bytes / 1_048_576).toFixed(0)} MB`;

function write(session: Session, status: SupervisorStatus, rows: readonly Row[]): void {
  const { output } = session;
  output.write(`${output.style('strong', status.url)}  ${output.style('quiet', status.state)}\n\n`);
  const supervisor = memoryOf(status.pid);
  writeTable(
    output,
    ['PROCESS', 'STATE', 'PID', 'RESTARTS', 'MEMORY', ''],
    [
      ...rows,
      {
        name: 'supervisor',
        kind: 'ready',
        pid: status.pid,
        restarts: 0,
        reason: null,
        memoryBytes: supervisor ?? null,
      } as const,
    ].map((row) => [
      { text: row.name },
      { text: row.kind, style: styles[row.kind] },
      { text: row.pid === null ? '–' : String(row.pid), style: 'quiet' },
      { text: String(row.restarts), style: row.restarts > 0 ? 'warn' : 'quiet' },
      { text: megabytes(row.memoryBytes) },
      { text: row.reason ?? '', style: 'quiet' },
    ]),
  );
  const total = rows.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), supervisor ?? 0);
  output.write(`\n${megabytes(total)} in all\n`);
  output.write(`cells: ${output.style(status.cells === 'none' ? 'warn' : 'quiet', cellsInWords[status.cells])}\n`);
  if (!status.sandbox)
    output.write(
      `sandbox: ${output.style('warn', 'none, so runner and attestor are not started and nothing is executed')}\n`,
    );
}
