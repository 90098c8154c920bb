import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commitTo, placeholderKindSchema, type PlaceholderKind } from '@duovir/protocol';
import { PlaceholderVault, type Issued } from './placeholder-vault.ts';

const keyOf = (name: string): Uint8Array => createHash('sha256').update(name).digest();
const kinds = placeholderKindSchema.options;
const value = fc.oneof(fc.string({ minLength: 1 }), fc.ipV4(), fc.ipV6());
const pairs = fc.array(fc.tuple(fc.constantFrom(...kinds), value), { minLength: 1, maxLength: 40 });

const valid: Readonly<Record<PlaceholderKind, RegExp>> = {
  secret: /^ZQX_SECRET_\d+_[0-9A-F]{8}$/,
  key: /^ZQX_KEY_\d+_[0-9A-F]{8}$/,
  card: /^ZQX_CARD_\d+_[0-9A-F]{8}$/,
  iban: /^ZQX_IBAN_\d+_[0-9A-F]{8}$/,
  email: /^e\d+-[0-9a-f]{8}@zqx\.invalid$/,
  host: /^h\d+-[0-9a-f]{8}\.zqx\.invalid$/,
  ip: /^(?:(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{3}|2001:db8(?::[0-9a-f]{1,4}){6})$/,
  table: /^t_\d+_[0-9a-f]{8}$/,
  column: /^c_\d+_[0-9a-f]{8}$/,
  schema: /^s_\d+_[0-9a-f]{8}$/,
};

test('a placeholder is valid where its value stood, and its commitment opens to the value', () => {
  fc.assert(
    fc.property(pairs, (values) => {
      const vault = new PlaceholderVault(keyOf('run'));
      for (const [kind, text] of values) {
        const issued = vault.placeholderFor(kind, text);
        expect(issued.placeholder).toMatch(valid[kind]);
        expect(commitTo(issued.salt, text)).toBe(issued.commitment);
        expect(vault.restore(`a=${issued.placeholder};`)).toBe(`a=${text};`);
      }
    }),
  );
});

test('a value has one placeholder in a run, none is the beginning of another, and another run has others', () => {
  fc.assert(
    fc.property(pairs, (values) => {
      const vault = new PlaceholderVault(keyOf('run'));
      const issued = values.map(([kind, text]) => vault.placeholderFor(kind, text));
      expect(values.map(([kind, text]) => vault.placeholderFor(kind, text))).toEqual(issued);
      const texts = [...new Set(issued.map(({ placeholder }) => placeholder))];
      for (const text of texts) expect(texts.filter((other) => other.startsWith(text))).toEqual([text]);
      const other = new PlaceholderVault(keyOf('another run'));
      for (const each of issued.filter(({ kind }) => kind !== 'ip')) {
        expect(other.placeholderFor(each.kind, each.value).placeholder).not.toBe(each.placeholder);
        expect(vault.unknownIn(other.placeholderFor(each.kind, each.value).placeholder)).toHaveLength(1);
      }
    }),
  );
});

test('what a run has stored comes back the same; a changed store is refused', () => {
  const vault = new PlaceholderVault(keyOf('run'));
  const stored = kinds.flatMap((kind) => [1, 2].map((index) => vault.placeholderFor(kind, `10.0.0.${index} ${kind}`)));
  expect(vault.added()).toEqual(stored);
  expect(vault.added()).toEqual([]);
  const again = new PlaceholderVault(keyOf('run'), stored);
  expect(again.added()).toEqual([]);
  expect(stored.map(({ kind, value: text }) => again.placeholderFor(kind, text))).toEqual(stored);
  expect(again.placeholderFor('secret', 'another value').placeholder).toMatch(/^ZQX_SECRET_3_/);

  const [first] = stored as [Issued];
  const changed = { ...first, value: 'other' };
  for (const issued of [changed, { ...first, placeholder: 'ZQX_SECRET_1_00000000' }])
    expect(() => new PlaceholderVault(keyOf('run'), [issued])).toThrow(
      expect.objectContaining({ code: 'vault-damaged' }),
    );
  expect(() => new PlaceholderVault(keyOf('another run'), stored)).toThrow(
    expect.objectContaining({ code: 'vault-damaged' }),
  );
});

test('Invariant 10: whatever is changed about a placeholder, it is a forgery', () => {
  const vault = new PlaceholderVault(keyOf('run'));
  const issued = kinds.flatMap((kind) =>
    ['10.0.0.7', 'fd00::7'].map((text) => vault.placeholderFor(kind, text).placeholder),
  );
  for (const placeholder of issued) {
    expect(vault.unknownIn(`x ${placeholder} y`)).toEqual([]);
    if (placeholder.includes('.') && !placeholder.includes('z')) continue;
    const last = /[0-9a-f](?=$|[.@]zqx)/i;
    const altered = placeholder.replace(last, (digit) => (digit === '1' ? '2' : '1'));
    expect(vault.unknownIn(`x ${altered} y`)).toEqual([altered]);
    expect(() => vault.restore(altered)).toThrow(expect.objectContaining({ code: 'placeholder-forged' }));
  }
  const secret = vault.placeholderFor('secret', '10.0.0.7').placeholder;
  for (const forged of [secret.toLowerCase(), secret.slice(0, -1), secret.replace('SECRET', 'CARD'), 'ZQX_ANYTHING'])
    expect(vault.unknownIn(`a ${forged}.`)).toEqual([forged]);
  const host = vault.placeholderFor('host', '10.0.0.7').placeholder;
  for (const forged of [`x${host}`, `${host}.example`, 'h1.zqx.invalid', 'any.zqx.invalid'])
    expect(vault.unknownIn(`https://${forged}/`)).toHaveLength(1);
  for (const forged of ['192.0.2.1', '198.19.7.254', '2001:db8::1', '2001:0DB8:0:0::7'])
    expect(vault.unknownIn(`ping ${forged}`)).toEqual([forged]);
});

test('host names and SQL identifiers are the same in any case, as for those who read them', () => {
  const vault = new PlaceholderVault(keyOf('run'));
  for (const kind of ['host', 'email', 'table', 'column', 'schema'] as const) {
    const issued = vault.placeholderFor(kind, 'Db1.corp');
    expect(vault.issuedIn(`to ${issued.placeholder.toUpperCase()}.`)).toEqual([issued]);
  }
});

test('a placeholder is seen in the JSON of a request body, whatever character stood before it', () => {
  const vault = new PlaceholderVault(keyOf('run'));
  const issued = kinds.flatMap((kind) => ['10.0.0.7', 'fd00::7'].map((text) => vault.placeholderFor(kind, text)));
  for (const each of issued)
    for (const before of ['\n', '\t', '\b', '\f', '\r', '\u0001', '"', ' ', '/'])
      expect(vault.issuedIn(JSON.stringify(`${before}${each.placeholder}\n`))).toEqual([each]);
});

test('when the three documentation networks are used up, addresses go on, and never twice', () => {
  const vault = new PlaceholderVault(keyOf('run'));
  const placeholders = Array.from(
    { length: 2000 },
    (_, index) => vault.placeholderFor('ip', `10.0.${index >> 8}.${index & 255}`).placeholder,
  );
  expect(new Set(placeholders).size).toBe(2000);
  expect(placeholders.filter((each) => each.startsWith('198.1')).length).toBeGreaterThan(1500);
});

test('a key of the wrong length is refused', () => {
  expect(() => new PlaceholderVault(new Uint8Array(16))).toThrow(RangeError);
});
