import { statSync } from 'node:fs';
import type { Command } from 'commander';
import {
  checkPack,
  checkPlaybookFile,
  formatProblem,
  installedPacks,
  type Pack,
  type Playbook,
  type Problem,
} from '@duovir/agents';
import { CliError } from '../error.ts';
import { commonOptions, wantedState, writeJson, type Session } from '../session.ts';
import { writeTable } from '../terminal/table.ts';
import { fitText, plainLines, plainText } from '../terminal/text.ts';

const nameOf = (pack: Pack, playbook: Playbook): string => `${pack.id}/${playbook.metadata.id}`;

export function listPlaybooks(session: Session, command: Command): void {
  const rows = installedPacks(wantedState(session, commonOptions(command))).flatMap((pack) =>
    pack.playbooks.map((playbook) => ({ pack, playbook })),
  );
  if (commonOptions(command).json)
    return writeJson(
      session,
      rows.map(({ pack, playbook }) => ({
        playbook: nameOf(pack, playbook),
        version: pack.version,
        title: playbook.metadata.title,
      })),
    );
  writeTable(
    session.output,
    ['PLAYBOOK', 'TITLE'],
    rows.map(({ pack, playbook }) => [
      { text: nameOf(pack, playbook), style: 'strong' },
      { text: playbook.metadata.title },
    ]),
  );
}

export function showPlaybook(session: Session, command: Command, name: string): void {
  const found = installedPacks(wantedState(session, commonOptions(command)))
    .flatMap((pack) => pack.playbooks.map((playbook) => ({ pack, playbook })))
    .find(({ pack, playbook }) => nameOf(pack, playbook) === name);
  if (!found)
    throw new CliError(
      'not-found',
      `There is no playbook ${plainText(name)}.`,
      'List them with `duovir playbook list`.',
    );
  const { pack, playbook } = found;
  if (commonOptions(command).json) return writeJson(session, { pack: pack.id, version: pack.version, ...playbook });
  const { output } = session;
  output.write(`${output.style('strong', name)}  ${output.style('quiet', `version ${pack.version}`)}\n`);
  output.write(`${plainText(playbook.metadata.title)}\n\n`);
  writeTable(
    output,
    ['INPUT', 'TYPE', 'DEFAULT', 'MEANING'],
    Object.entries(playbook.inputs).map(([input, schema]) => [
      { text: input, style: 'strong' },
      { text: schema.type },
      { text: schema.default === undefined ? '–' : JSON.stringify(schema.default) },
      { text: schema.description ?? '', style: 'quiet' },
    ]),
  );
  output.write('\n');
  writeTable(
    output,
    ['STEP', 'USES', 'TITLE'],
    playbook.steps.map((step) => [
      { text: step.id, style: 'strong' },
      { text: step.uses, style: 'quiet' },
      { text: step.name },
    ]),
  );
}

export function checkPlaybooks(session: Session, command: Command, path: string): void {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const problems = isFolder ? checkPack(path) : checkPlaybookFile(path);
  if (commonOptions(command).json) writeJson(session, problems);
  else for (const problem of problems) session.output.write(described(problem));
  if (problems.length > 0)
    throw new CliError(
      'refused',
      `${plainText(path)} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}.`,
      'Correct what is named above; docs/reference/playbook.schema.json says what a playbook may hold.',
    );
  if (!commonOptions(command).json)
    session.output.write(`${session.output.style('good', '✔')} ${plainText(path)} is valid.\n`);
}

const LONGEST_LINE = 400;

/** What is wrong may quote the file, and the file may hold anything. */
function described(problem: Problem): string {
  return plainLines(formatProblem(problem))
    .map((text) => `${fitText(text, LONGEST_LINE)}\n`)
    .join('');
}
