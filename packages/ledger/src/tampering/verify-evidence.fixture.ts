import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_FILE } from '../evidence/manifest.ts';
import { verifyPack } from '../evidence/verify-pack.ts';
import { verifyLog } from '../verify.ts';

/** Our own verifier on a folder: a log, or an unpacked evidence pack. */
export function verifyEvidence(folder: string, officer: string): Promise<unknown> {
  return existsSync(join(folder, MANIFEST_FILE)) ? verifyPack(folder, { officer }) : verifyLog(folder, { officer });
}
