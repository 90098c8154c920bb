import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { problemsOf } from './issue.ts';
import { fileProblem, type Checked } from './problem.ts';
import { MAX_FILE_BYTES, parseYaml, type YamlDocument } from './yaml-document.ts';

/** Reads one YAML file that people wrote. */
export function readDocument(file: string): Checked<YamlDocument> {
  const refuse = (message: string, remedy: string): Checked<YamlDocument> => ({
    kind: 'problems',
    problems: [fileProblem(file, message, remedy)],
  });
  try {
    const status = statSync(file);
    if (!status.isFile()) return refuse('This is no file.', 'Name a YAML file.');
    if (status.size > MAX_FILE_BYTES) return refuse(`The file is larger than ${MAX_FILE_BYTES} bytes.`, 'Split it.');
    return parseYaml(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return refuse(`The file cannot be read (${error.code}).`, 'Check its path and its mode.');
  }
}

/** The YAML files in a folder, in order; none where there is no folder. */
export function yamlFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .toSorted()
      .map((name) => join(folder, name));
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Whether the document has the shape of the schema, published as `schemaFile`. */
export function shaped<Schema extends z.ZodType>(
  document: YamlDocument,
  schema: Schema,
  schemaFile: string,
): Checked<z.output<Schema>> {
  const parsed = schema.safeParse(document.value);
  return parsed.success
    ? { kind: 'valid', value: parsed.data }
    : { kind: 'problems', problems: problemsOf(document, parsed.error, schemaFile) };
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
