// npm run bench [-- name …] [--json]: measures, and prints each figure beside its bar. Exit code 1: a bar was missed.
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { figureSchema, type Figure } from './figure.ts';
import { table } from './table.ts';

const available = globSync('*.ts', { cwd: import.meta.dirname })
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((name) => !['figure', 'main', 'table'].includes(name))
  .toSorted();

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
/** Measured together when the first is asked for. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = { ledger: ['ledger', 'audit', 'evidence', 'why'] };
const wanted = positionals.flatMap((name) => FAMILIES[name]?.filter((one) => available.includes(one)) ?? [name]);
const unknown = wanted.filter((name) => !available.includes(name));
if (unknown.length > 0) {
  console.error(`nothing to measure named ${unknown.join(', ')}; there is: ${available.join(', ')}`);
  process.exitCode = 2;
} else {
  const figures: Figure[] = [];
  for (const name of wanted.length === 0 ? available : new Set(wanted)) {
    const measured = await measure(name);
    figures.push(...measured);
    if (values.json === true) for (const figure of measured) console.log(JSON.stringify(figure));
  }
  if (values.json !== true) console.log(table(figures));
  process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
}

/** Each file beside this one exports one function, `bench` and the file's name: `benchLedger` in ledger.ts. */
async function measure(name: string): Promise<readonly Figure[]> {
  const exported = `bench${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const module = (await import(`./${name}.ts`)) as Record<string, unknown>;
  const bench = module[exported];
  if (typeof bench !== 'function') throw new Error(`bench/${name}.ts must export the function ${exported}`);
  if (process.stderr.isTTY) process.stderr.write(`measuring ${name} …\n`);
  return z.array(figureSchema).parse(await (bench as () => Promise<unknown>)());
}
