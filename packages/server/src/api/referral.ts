import type { DebateView } from '@duovir/protocol';
import { debateOf } from '../debate/debate-view.ts';
import type { MotionRecord } from '../store/motions.ts';
import type { Api } from './ports.ts';

export type Referral = DebateView['verdicts'][number];

/** The last time that a motion was referred to people: why, by which rule, and under which trust policy. */
export async function referralOf(api: Api, motion: MotionRecord): Promise<Referral | undefined> {
  const { verdicts } = await debateOf(api, motion);
  return verdicts.findLast(({ verdict }) => verdict === 'referred');
}
