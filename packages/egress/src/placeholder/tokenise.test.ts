import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeholderKindSchema } from '@duovir/protocol';
import { PlaceholderVault } from './placeholder-vault.ts';
import { tokenise, type SensitivePart } from './tokenise.ts';

const kinds = placeholderKindSchema.options;
const vaultOf = (): PlaceholderVault => new PlaceholderVault(createHash('sha256').update('run').digest());

const awkward = fc.constantFrom(
  'ZQX_',
  'zqx',
  'ZQX_SECRET_1_ABCDEF01',
  'h1-abcdef01.zqx.invalid',
  '.zqx.invalid',
  '192.0.2.',
  '192.0.2.100',
  '10.0.0.1',
  '2001:db8:',
  't_1_',
  'deadbeef',
  '\\t',
  '.',
  '7',
  'x',
);
const text = fc.array(fc.oneof(awkward, fc.string({ maxLength: 6 })), { maxLength: 12 }).map((parts) => parts.join(''));
const cuts = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 20 }), fc.constantFrom(...kinds)), {
  maxLength: 6,
});

function partsOf(whole: string, chosen: readonly [number, number, SensitivePart['kind']][]): SensitivePart[] {
  return chosen
    .map(([start, length, kind]) => ({ start, end: Math.min(start + length, whole.length), kind }))
    .filter(({ start, end }) => start < end);
}

test('whatever is replaced in whatever text: it comes back, and nothing in it is a forgery', () => {
  fc.assert(
    fc.property(text, cuts, (whole, chosen) => {
      const vault = vaultOf();
      const parts = partsOf(whole, chosen);
      const tokenised = tokenise(whole, parts, vault);
      expect(vault.unknownIn(tokenised.text)).toEqual([]);
      expect(vault.restore(tokenised.text)).toBe(whole);
      // Again, as when an answer becomes part of the next question: nothing changes.
      expect(tokenise(tokenised.text, [], vault).text).toBe(tokenised.text);
    }),
    { numRuns: 5000 },
  );
});

test('the value goes, the structure stays', () => {
  const vault = vaultOf();
  const whole = 'host: db1.corp.local\npassword: "hunter22"\nselect id from orders';
  const part = (value: string, kind: SensitivePart['kind']): SensitivePart => ({
    start: whole.indexOf(value),
    end: whole.indexOf(value) + value.length,
    kind,
  });
  const parts = [part('orders', 'table'), part('db1.corp.local', 'host'), part('hunter22', 'secret')];
  const tokenised = tokenise(whole, parts, vault);
  expect(tokenised.text).toMatch(
    /^host: h1-[0-9a-f]{8}\.zqx\.invalid\npassword: "ZQX_SECRET_1_[0-9A-F]{8}"\nselect id from t_1_[0-9a-f]{8}$/,
  );
  expect(tokenised.redactions).toEqual({ host: 1, secret: 1, table: 1 });
});

test('parts that overlap are one, of the strongest kind', () => {
  const vault = vaultOf();
  const whole = 'postgres://app:hunter22@db1.corp.local/pay';
  const tokenised = tokenise(
    whole,
    [
      { start: 11, end: 38, kind: 'email' },
      { start: 15, end: 23, kind: 'secret' },
    ],
    vault,
  );
  expect(tokenised.text).toMatch(/^postgres:\/\/ZQX_SECRET_1_[0-9A-F]{8}\/pay$/);
  expect(vault.restore(tokenised.text)).toBe(whole);
});

test('a detector that takes a placeholder for a secret changes nothing', () => {
  const vault = vaultOf();
  const { placeholder } = vault.placeholderFor('secret', 'hunter22');
  const whole = `password=${placeholder}`;
  expect(tokenise(whole, [{ start: 9, end: whole.length, kind: 'secret' }], vault)).toEqual({
    text: whole,
    redactions: {},
  });
});
