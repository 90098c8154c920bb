// A process of its own, so that its memory is that of the audit: measure-audit.ts FOLDER OFFICER (tree | record).
import { verifyLog } from '@duovir/ledger';

const [folder = '', officer = '', what = ''] = process.argv.slice(2);
const started = performance.now();
const { ok, size } = await verifyLog(folder, { officer, signatures: what === 'record' });
const seconds = (performance.now() - started) / 1000;
// Kilobytes, of all threads.
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ ok, size, seconds, megabytes: maxRSS / 1024 }));
