import fc from 'fast-check';
import type { Word } from './word.ts';

/** One thing that happens. Whatever order they come in is an order that can be. */
export type Move =
  | ({ readonly do: 'speak' } & (
      | Omit<Extract<Word, { kind: 'opinion' }>, 'version'>
      | Omit<Extract<Word, { kind: 'approval' }>, 'version'>
    ))
  | {
      readonly do: 'mint';
      readonly motion: number;
      readonly version: number;
      readonly fence: number;
      readonly opens: boolean;
      readonly isLogged: boolean;
    }
  | {
      readonly do: 'send';
      readonly runner: 0 | 1;
      readonly permit: number;
      readonly voices: 'all' | 'raw' | 'kindest' | 'doubled' | 'foreign' | 'few';
    }
  | { readonly do: 'line'; readonly runner: 0 | 1; readonly execution: number }
  | { readonly do: 'kill'; readonly runner: 0 | 1 }
  | { readonly do: 'tick'; readonly ticks: number }
  | { readonly do: 'supersede' | 'roll-back' | 'stop' | 'lift' | 'settle' };

const runner = fc.constantFrom(0 as const, 0, 1);
const motion = fc.constantFrom(0, 0, 0, 1);

const opinion = fc.record({
  do: fc.constant('speak' as const),
  kind: fc.constant('opinion' as const),
  signer: fc.constantFrom('reviewer-one', 'reviewer-two', 'reviewer-three', 'reviewer-three'),
  motion,
  phase: fc.constantFrom('blind' as const, 'blind', 'blind', 'second'),
  verdict: fc.constantFrom('approve' as const, 'approve', 'approve', 'reject', 'abstain'),
  isGrave: fc.constantFrom(false, false, false, true),
  isCaused: fc.boolean(),
});
const approval = fc.record({
  do: fc.constant('speak' as const),
  kind: fc.constant('approval' as const),
  signer: fc.constantFrom('boris', 'vera', 'ana'),
  motion,
  verdict: fc.constantFrom('approve' as const, 'approve', 'approve', 'reject'),
});
const mint = fc.record({
  do: fc.constant('mint' as const),
  motion,
  version: fc.constantFrom(1, 1, 1, 1, 1, 2, 3),
  fence: fc.constantFrom(1, 1, 1, 2),
  opens: fc.constantFrom(true, true, true, false),
  isLogged: fc.constantFrom(true, true, true, true, true, true, true, false),
});
const send = fc.record({
  do: fc.constant('send' as const),
  runner,
  permit: fc.nat(2),
  voices: fc.constantFrom('all' as const, 'all', 'all', 'raw', 'kindest', 'doubled', 'foreign', 'few'),
});
const line = fc.record({ do: fc.constant('line' as const), runner, execution: fc.nat(2) });

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: opinion },
  { weight: 2, arbitrary: approval },
  { weight: 3, arbitrary: mint },
  { weight: 7, arbitrary: send },
  { weight: 14, arbitrary: line },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), runner }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tick' as const), ticks: fc.constantFrom(1, 5, 21) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('supersede' as const, 'supersede', 'roll-back', 'stop', 'lift', 'settle'),
    }),
  },
);

const agrees = (signer: string): Move => ({
  do: 'speak',
  kind: 'opinion',
  signer,
  motion: 0,
  phase: 'blind',
  verdict: 'approve',
  isGrave: false,
  isCaused: false,
});
const agreed = ['reviewer-one', 'reviewer-two', 'reviewer-three'].map(agrees);

/** Some have agreed and a permit was minted before anything else happens; the rest is chance. */
export const schedules: fc.Arbitrary<readonly Move[]> = fc
  .tuple(
    fc.constantFrom(agreed, agreed, agreed.slice(1), agreed.slice(0, 2)),
    mint,
    fc.array(move, { minLength: 10, maxLength: 34 }),
  )
  .map(([said, minted, rest]) => [...said, minted, ...rest]);
