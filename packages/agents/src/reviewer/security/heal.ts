import { checkHeal } from '@duovir/policy';
import type { ReviewRule } from '../rule.ts';

export const healEnvelope: ReviewRule = {
  id: 'security.heal-envelope',
  severity: 'high',
  text: 'A heal stays inside an envelope that the security officer signed for this very signature, and changes nothing else.',
  *look({ kind, plan, evidence, policy, previous }) {
    if (kind !== 'heal') return;
    const place = { step: evidence.heal?.step ?? null, at: '/source/inputs' };
    const envelopes = policy.envelopes.filter(({ signature }) => signature === evidence.heal?.signature);
    const inside = envelopes.filter(
      ({ environments, inputs, range }) =>
        environments.includes(plan.environment) &&
        inputs.some((name) => {
          const value = plan.source.inputs[name];
          return typeof value === 'number' && value >= range.from && value <= range.to;
        }),
    );
    yield inside.length > 0
      ? place
      : { ...place, claim: 'No signed envelope allows this signature to be healed with this value here.' };
    if (!previous || inside.length === 0) return;
    const denials = inside.map((envelope) => checkHeal({ previous, next: plan, envelope }));
    const mildest = denials.toSorted((left, right) => left.length - right.length)[0] ?? [];
    for (const { claim, evidence: at, step } of mildest) yield { step, at: at[0] ?? '/', claim };
    if (mildest.length === 0) yield place;
  },
};
