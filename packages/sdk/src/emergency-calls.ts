import {
  breakGlassViewSchema,
  type breakGlassRequestSchema,
  stopViewSchema,
  type BreakGlassView,
  type stopLiftRequestSchema,
  type stopRequestSchema,
  type StopView,
} from '@duovir/protocol';
import type * as z from 'zod';
import type { Transport } from './transport.ts';

/** Stopping everything, and standing in for the reviewers together. */
export interface EmergencyCalls {
  /** What people have stopped and nobody has lifted. */
  stops(): Promise<StopView>;
  /** No permit is minted and nothing begins any more, from now on. */
  stop(request: z.input<typeof stopRequestSchema>): Promise<StopView>;
  /** Sends the lift that another person than the one who stopped has signed. */
  liftStop(request: z.input<typeof stopLiftRequestSchema>): Promise<StopView>;
  brokenGlass(): Promise<BreakGlassView>;
  /** Opens a grant, or confirms the one that another person has opened. */
  breakGlass(request: z.input<typeof breakGlassRequestSchema>): Promise<BreakGlassView>;
  /** Ends a grant before its time. */
  endBreakGlass(grant: string): Promise<BreakGlassView>;
}

export function emergencyCalls(transport: Transport): EmergencyCalls {
  return {
    stops: () => transport.json({ path: '/v1/stop' }, stopViewSchema),
    stop: (request) => transport.json({ path: '/v1/stop', body: request }, stopViewSchema),
    liftStop: (request) => transport.json({ path: '/v1/stop/lift', body: request }, stopViewSchema),
    brokenGlass: () => transport.json({ path: '/v1/break-glass' }, breakGlassViewSchema),
    breakGlass: (request) => transport.json({ path: '/v1/break-glass', body: request }, breakGlassViewSchema),
    endBreakGlass: (grant) =>
      transport.json(
        { method: 'POST', path: `/v1/break-glass/${encodeURIComponent(grant)}/end` },
        breakGlassViewSchema,
      ),
  };
}
