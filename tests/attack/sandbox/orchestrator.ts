import { join } from 'node:path';

/** A process that owns a sandbox. It is started, never imported: only permits open sandboxes for other packages. */
export const ORCHESTRATOR = join(import.meta.dirname, '../../../packages/runner/src/sandbox/orchestrator.fixture.ts');
