// Honest logs and mutated ones, before all three verifiers; the keys to forge with are test fixtures of the ledger.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const GRADER = fileURLToPath(new URL('../../packages/ledger/src/tampering/grade-tampering.bench.ts', import.meta.url));
process.exitCode = spawnSync(process.execPath, [GRADER, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
