import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { verifyLog } from '../verify.ts';

/** Our own verifier on a folder: a log, or an unpacked evidence pack. */
export async function verifyEvidence(folder: string, officer: string): Promise<unknown> {
  if (!existsSync(join(folder, 'MANIFEST.json'))) return verifyLog(folder, { officer });
  throw new Error('packs come later');
}
