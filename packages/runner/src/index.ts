export { RunnerError, type RunnerErrorCode } from './error.ts';
export { runnerApp } from './execution/runner-app.ts';
export { runnerFiles, type RunnerFiles } from './execution/runner-files.ts';
export { Runner, type ExecutionState, type RunnerSetup } from './execution/runner.ts';
export { attestorApp } from './attestor/attestor-app.ts';
export { attestorFiles, type AttestorFiles } from './attestor/attestor-files.ts';
export { Attestor, type AttestorSetup } from './attestor/attestor.ts';
