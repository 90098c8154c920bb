import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import * as z from 'zod';

const reportSchema = z.looseObject({ sharedObjects: z.array(z.string()) });

/** The folders that this very Node has loaded its libraries from: all of the system that a cell is shown. */
export function libraryFolders(): string[] {
  // Else the report would ask name servers about every peer; the type does not know the switch yet.
  Object.assign(process.report, { excludeNetwork: true });
  const { sharedObjects } = reportSchema.parse(process.report.getReport());
  return [...new Set(sharedObjects.filter(isAbsolute).map((path) => dirname(path)))];
}

/** Where the shell would find a program. */
export function findProgram(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not for us: another folder may have it.
  }
}
