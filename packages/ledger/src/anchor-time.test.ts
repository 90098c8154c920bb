import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { envelopeBytes } from '@duovir/protocol';
import { AnchorTimes } from './anchor-time.ts';
import { openKeyRing } from './keys-file.ts';
import { Organisation, TIME } from './organisation.fixture.ts';
import { RecordAuditor } from './record-audit.ts';
import { Share } from './share.ts';
import { Story } from './story.fixture.ts';

const MINUTE_MS = 60_000;
const at = (minutes: number): Date => new Date(Date.UTC(2026, 4, 4) + minutes * MINUTE_MS);
const anchor = (size: number, minutes: number) => ({ size, time: at(minutes), isTrusted: true, authority: 'CN=tsa' });

test('an entry under a timestamp claims no time that is five minutes later', () => {
  const times = new AnchorTimes([anchor(10, 0)]);
  expect(times.judge(9, at(5).toISOString())).toBeUndefined();
  expect(times.judge(9, at(6).toISOString())).toMatchObject({ entry: 9, rule: 'anchor-time' });
  expect(times.judge(10, at(6).toISOString())).toBeUndefined();
});

test('without timestamps nothing is late', () => {
  expect(new AnchorTimes([]).judge(0, at(1e6).toISOString())).toBeUndefined();
});

test('a time that cannot be read is late under any timestamp', () => {
  expect(new AnchorTimes([anchor(1, 0)]).judge(0, 'yesterday')).toMatchObject({ rule: 'anchor-time' });
});

test('of several timestamps the strictest counts, as if each were looked at', () => {
  const anchors = fc.array(fc.record({ size: fc.nat(50), minutes: fc.nat(100) }), { maxLength: 8 });
  fc.assert(
    fc.property(anchors, fc.nat(60), fc.nat(120), (drawn, index, minutes) => {
      const late = drawn.some((one) => one.size > index && minutes > one.minutes + 5);
      const times = new AnchorTimes(drawn.map((one) => anchor(one.size, one.minutes)));
      expect(times.judge(index, at(minutes).toISOString()) !== undefined).toBe(late);
    }),
  );
});

test('an auditor names each entry that an authority saw before it says it happened', async () => {
  const acme = new Organisation();
  const { trustPolicies, officer, restores } = await acme.published();
  const story = new Story(acme);
  await story.start();
  await story.ask();
  const seen = { size: 2, time: new Date(Date.parse(TIME) - 6 * MINUTE_MS), isTrusted: true, authority: 'CN=tsa' };
  const keys = openKeyRing(trustPolicies, officer, restores);
  const auditor = new RecordAuditor({ keys, share: new Share(0, 1), origin: acme.log.name, first: 0, anchors: [seen] });
  for (const [index, envelope] of [...story.entries.values()].entries()) auditor.read(index, envelopeBytes(envelope));
  const late = auditor.finish().findings.flatMap(({ rule, entry }) => (rule === 'anchor-time' ? [entry] : []));
  expect(late).toEqual([0, 1]);
});
