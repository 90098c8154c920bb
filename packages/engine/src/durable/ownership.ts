import { Error as DbosErrors } from '@dbos-inc/dbos-sdk';

/**
 * True for the errors with which the engine takes a workflow away from this process: another one owns it now.
 * Whoever catches errors in a workflow must throw these on before doing anything, or a zombie would act (Invariant 11).
 */
export function isOwnershipError(error: unknown): boolean {
  return (
    error instanceof DbosErrors.DBOSWorkflowConflictError || error instanceof DbosErrors.DBOSWorkflowCancelledError
  );
}
