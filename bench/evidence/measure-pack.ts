// A process of its own, so that its memory is that of the pack: measure-pack.ts (build LOG | verify OFFICER) PACK. Has its parent sign.
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { buildPack, verifyPack, type PackSource } from '@duovir/ledger';
import type { Envelope } from '@duovir/protocol';

const [what = '', given = '', pack = ''] = process.argv.slice(2);
const started = performance.now();
const result = what === 'build' ? await build(given, pack) : await verifyPack(pack, { officer: given });
const seconds = (performance.now() - started) / 1000;
// Kilobytes, of all threads.
const { maxRSS } = process.resourceUsage();
const changes = 'changes' in result ? result.changes : 0;
process.send?.({ kind: 'done', ok: result.ok, changes, seconds, megabytes: maxRSS / 1024 });
process.disconnect();

async function build(log: string, file: string): Promise<{ readonly ok: boolean; readonly changes: number }> {
  const source: PackSource = {
    writeLog: async (folder) => cpSync(log, folder, { recursive: true }),
    openings: async function* () {},
    sign: async (manifest, about) => {
      process.send?.({ kind: 'sign', manifest, about });
      const [signed] = (await once(process, 'message')) as [{ readonly envelope: Envelope; readonly proof: string }];
      return signed;
    },
  };
  const { summary } = await buildPack(source, { scope: 'all', from: null, to: null, createdAt: new Date() }, file);
  return { ok: true, changes: summary.tables.find(({ report }) => report.name === 'changes')?.population ?? 0 };
}
