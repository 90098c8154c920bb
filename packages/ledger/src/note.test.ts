import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCheckpoint, openCheckpoint } from './checkpoint.ts';
import { makeNoteKey } from './keys.fixture.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { logNoteSigner, witnessNoteSigner } from './note-signer.ts';
import { openNote } from './note.ts';
import { formatVkey, parseVkey } from './vkey.ts';

const TIME = new Date('2026-05-04T03:02:01.000Z');
const log = logNoteSigner(makeNoteKey('log.example/one'));
const witness = witnessNoteSigner(makeNoteKey('witness.example/w1'), () => TIME);
const second = witnessNoteSigner(makeNoteKey('witness.example/w2'), () => TIME);
const text = formatCheckpoint({ origin: 'log.example/one', size: 0, root: EMPTY_ROOT });
const trust = { logVkey: log.vkey, witnessVkeys: [witness.vkey, second.vkey], quorum: 1 };
const cosigned = `${text}\n${await log.signLine(text)}${await witness.signLine(text)}`;

test('a cosigned checkpoint opens and tells when it was cosigned', () => {
  const checkpoint = openCheckpoint(cosigned, trust);
  expect(checkpoint).toMatchObject({ origin: 'log.example/one', size: 0 });
  expect(checkpoint.witnesses).toMatchObject([{ seconds: TIME.getTime() / 1000 }]);
});

test('fewer witnesses than the quorum are refused', async () => {
  expect(() => openCheckpoint(cosigned, { ...trust, quorum: 2 })).toThrow(/1 of 2/);
  const twice = cosigned + (await witness.signLine(text));
  expect(() => openCheckpoint(twice, { ...trust, quorum: 2 })).toThrow(/1 of 2/);
});

test('one witness under two names counts once', async () => {
  const key = makeNoteKey('witness.example/w3');
  const alias = { ...key, name: 'witness.example/alias' };
  const note = `${text}\n${await log.signLine(text)}${await witnessNoteSigner(key).signLine(text)}${await witnessNoteSigner(alias).signLine(text)}`;
  const witnessVkeys = [witnessNoteSigner(key).vkey, witnessNoteSigner(alias).vkey];
  expect(() => openCheckpoint(note, { logVkey: log.vkey, witnessVkeys, quorum: 2 })).toThrow(/1 of 2/);
});

test('witnesses alone do not make a checkpoint of the log', async () => {
  const note = `${text}\n${await witness.signLine(text)}`;
  expect(() => openCheckpoint(note, trust)).toThrow(/log itself/);
});

test('a key signs only for the origin it is named after', async () => {
  const other = formatCheckpoint({ origin: 'log.example/two', size: 0, root: EMPTY_ROOT });
  const note = `${other}\n${await log.signLine(other)}${await witness.signLine(other)}`;
  expect(() => openCheckpoint(note, trust)).toThrow(/another log/);
});

test('no flipped bit of a note survives', () => {
  fc.assert(
    fc.property(fc.nat({ max: Buffer.byteLength(cosigned) * 8 - 1 }), (bit) => {
      const bytes = Buffer.from(cosigned);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => openCheckpoint(bytes.toString('utf8'), { ...trust, quorum: 1 })).toThrow();
    }),
    { numRuns: 1000 },
  );
});

test('arbitrary text is refused with a code, never a crash', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (note) => {
      expect(() => openNote(note, [log.vkey])).toThrow(expect.objectContaining({ code: expect.any(String) }));
    }),
  );
});

test('a verifier key survives writing and reading, and nothing else passes for one', () => {
  expect(parseVkey(log.vkey)).toMatchObject({ name: 'log.example/one', purpose: 'log' });
  expect(() => parseVkey(log.vkey.replace('one', 'two'))).toThrow(/key id/);
  expect(() => formatVkey('a b', 'log', Buffer.alloc(32, 7))).toThrow(/white space/);
});

test('keys that accept forged signatures are not enrolled', () => {
  const neutral = Buffer.alloc(32);
  neutral[0] = 1;
  expect(() => parseVkey(formatVkey('x', 'log', neutral))).toThrow(/sound point/);
  const unreduced = Buffer.alloc(32, 0xff);
  expect(() => parseVkey(formatVkey('x', 'log', unreduced))).toThrow(/sound point/);
});
