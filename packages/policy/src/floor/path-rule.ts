import type { ActionCall } from '@duovir/protocol';
import type { FindingDraft } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import { quote } from '../finding/quote.ts';
import type { SubjectPlace } from './subject-text.ts';

/** The only folders a sandbox offers for writing. */
export const writableRoots: readonly string[] = ['/workspace', '/run', '/tmp', '/dev/shm'];

export function isWritablePath(path: string): boolean {
  const normal = path.split('/').every((segment) => segment !== '..' && segment !== '.');
  return normal && writableRoots.some((root) => path === root || path.startsWith(`${root}/`));
}

/** Paths an action names: inside what a sandbox may write, and never a whole root. */
export function pathFindings(call: ActionCall, place: SubjectPlace): FindingDraft[] {
  const findings: FindingDraft[] = [];
  for (const [field, path] of namedPaths(call)) {
    const evidence = [pointer(...place.call, 'with', field)];
    if (!isWritablePath(path))
      findings.push({
        rule: 'floor.path-outside',
        severity: 'critical',
        step: place.step,
        claim: `${quote(path)} lies outside ${writableRoots.join(', ')}.`,
        evidence,
        suggestion: 'Keep everything of the run below /workspace.',
      });
    else if (call.action === 'path.remove@1' && writableRoots.includes(path))
      findings.push({
        rule: 'floor.path-root',
        severity: 'high',
        step: place.step,
        claim: `Removing ${quote(path)} would remove the work of every other step with it.`,
        evidence,
        suggestion: 'Remove the one path this step has made.',
      });
    const mode = call.action === 'file.write@1' || call.action === 'directory.make@1' ? call.with.mode : undefined;
    if (mode !== undefined && field === 'path' && (Number.parseInt(mode, 8) & 0o7002) !== 0)
      findings.push({
        rule: 'floor.file-mode',
        severity: 'high',
        step: place.step,
        claim: `Mode ${mode} lets anybody write ${quote(path)}, or changes who a program runs as.`,
        evidence: [pointer(...place.call, 'with', 'mode')],
        suggestion: 'Use 0600 for files and 0700 for directories.',
      });
  }
  return findings;
}

function namedPaths(call: ActionCall): readonly (readonly [string, string])[] {
  switch (call.action) {
    case 'file.write@1':
    case 'directory.make@1':
    case 'path.remove@1':
      return [['path', call.with.path]];
    case 'command.run@1':
    case 'service.start@1':
      return [['directory', call.with.directory]];
    default:
      return [];
  }
}
