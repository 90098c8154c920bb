import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { filesBelow } from '../src/evidence/folder.ts';
import { packFolder } from '../src/evidence/pack.fixture.ts';
import { verifyPack } from '../src/evidence/verify-pack.ts';
import { temporaryFolder } from '../src/folder.fixture.ts';
import { Organisation } from '../src/organisation.fixture.ts';
import { honestLog } from '../src/tampering/honest-log.fixture.ts';
import { Random } from '../src/tampering/random.fixture.ts';
import { writeSignedLog, type SignedLog } from '../src/tampering/signed-log.fixture.ts';
import { verifyLog } from '../src/verify.ts';
import { differenceOf } from './agreement.ts';
import { misfitLog } from './misfit-log.fixture.ts';
import { corrupted, files, rearranged } from './mutation.fixture.ts';
import { DISHONEST, HONEST, signedByPasskeys } from './passkey-log.fixture.ts';
import { newPasskey } from './passkey.fixture.ts';
import { answers, ask, requirePython, tell, type PythonFlag } from './python-verifier.fixture.ts';

const VECTORS = join(import.meta.dirname, '../vectors');
const officerOf = ({ acme }: SignedLog): string => acme.officer.publicKey.toString('base64');

async function written(log: SignedLog): Promise<string> {
  const folder = temporaryFolder();
  await writeSignedLog(log, folder, 'log-and-witness');
  return folder;
}

beforeAll(requirePython);

test.each<{ flags: PythonFlag[] }>([{ flags: [] }, { flags: ['-O'] }, { flags: ['-S'] }])(
  'honest logs verify, run with $flags',
  async ({ flags }) => {
    const logs = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].slice(flags.includes('-S') ? 6 : 0).map(honestLog));
    const { exit, verdicts, errors } = ask(await Promise.all(logs.map(written)), flags);
    expect({ exit, errors }).toEqual({ exit: 0, errors: '' });
    for (const [at, { bodies }] of logs.entries())
      expect(verdicts[at]).toMatchObject({ ok: true, size: bodies.length, first: 0, findings: [] });
  },
);

test('a log is not believed under another officer key, and without one it is said that nobody was asked', async () => {
  const log = await honestLog(1);
  const folder = await written(log);
  expect(ask(['--officer', officerOf(log), folder])).toMatchObject({
    exit: 0,
    verdicts: [{ ok: true, isAnchored: true }],
  });
  const refused = ask(['--officer', officerOf(await honestLog(2)), folder]);
  expect(refused).toMatchObject({ exit: 1, verdicts: [{ ok: false, size: 0, findings: [{ rule: 'officer' }] }] });
  const [verdict] = ask([folder]).verdicts;
  expect(verdict).toMatchObject({ ok: true, isAnchored: false });
  expect(verdict?.remarks.map(({ rule }) => rule)).toContain('officer');
});

test('who asks wrongly, or about nothing, is told so apart from every verdict', async () => {
  expect(tell([])).toMatchObject({ exit: 2 });
  expect(tell(['--nothing'])).toMatchObject({ exit: 2 });
  expect(tell([join(temporaryFolder(), 'absent')])).toMatchObject({ exit: 2 });
  expect(tell(['--tsa-ca', 'absent', await written(await honestLog(1))])).toMatchObject({ exit: 2 });
});

test('what entries say is judged as our own verifier judges it, whoever has signed it with all keys', async () => {
  const random = new Random(5);
  const cases: { readonly how: string; readonly folder: string; readonly officer: string }[] = [];
  for (let round = 0; round < 80; round += 1) {
    const log = await honestLog(round);
    const { how, bodies } = rearranged(log.bodies, random);
    cases.push({
      how: `${round} ${how}`,
      folder: await written({ ...log, bodies, retained: [] }),
      officer: officerOf(log),
    });
  }
  const { verdicts } = ask(cases.map(({ folder }) => folder));
  for (const [at, { how, folder, officer }] of cases.entries())
    expect({ how, difference: differenceOf(await verifyLog(folder, { officer }), verdicts[at]) }).toEqual({ how });
});

test('an entry is outside its closed form exactly where our own verifier says so, whatever is tried with each kind', async () => {
  const { folder } = await misfitLog();
  const [said] = ask([folder]).verdicts;
  expect(differenceOf(await verifyLog(folder), said)).toBeUndefined();
});

/** JSON that is not canonical, not UTF-8, or not a statement, each in its own way. */
const ODD: readonly (string | Uint8Array)[] = [
  '',
  '[]',
  '1',
  '{"a":1.0}',
  '{"a":-0}',
  '{"a":1e400}',
  '{"a":1e21}',
  '{"a":1e-7}',
  '{"a":123456789012345680000}',
  '{"b":1,"a":1}',
  '{"a":1,"a":1}',
  '{"a": 1}',
  '{"a":"\\ud800"}',
  '{"a":"\\/"}',
  '{"a":"\u007f"}',
  '\ufeff{}',
  '{"\ue000":1,"\u{1f600}":2}',
  '{"\u{1f600}":2,"\ue000":1}',
  Buffer.from([0x22, 0xff, 0x22]),
];

test('an entry whose bytes or payload are odd is found for the same reason', async () => {
  const log = await honestLog(2);
  const odd = ODD.map((payload) => {
    const envelope: object = JSON.parse(log.bodies[3]?.toString('utf8') ?? '');
    return Buffer.from(JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') }));
  });
  const broken = Buffer.from(log.bodies[3] ?? []);
  broken.writeUInt8(0xff, broken.indexOf('"keyid":"') + 12);
  const folders = await Promise.all(
    [...odd, broken].map((body) => written({ ...log, bodies: log.bodies.with(3, body), retained: [] })),
  );
  const note = await written(log);
  appendFileSync(join(note, 'checkpoint'), Buffer.from('e2809420ff204141414141414141410a', 'hex'));
  const { verdicts, errors } = ask([...folders, note]);
  expect(errors).toBe('');
  for (const [at, folder] of [...folders, note].entries()) {
    const expected = await verifyLog(folder);
    expect(expected.ok).toBe(false);
    expect({ at, difference: differenceOf(expected, verdicts[at]) }).toEqual({ at });
  }
});

test('no corruption of any file is believed unless our own verifier believes it, and none makes it fall over', async () => {
  const log = await honestLog(3);
  const whole = await written(log);
  const names = files(whole);
  const random = new Random(13);
  const cases = Array.from({ length: 300 }, () => {
    const folder = temporaryFolder();
    cpSync(whole, folder, { recursive: true });
    const name = random.pick(names);
    writeFileSync(join(folder, name), corrupted(readFileSync(join(folder, name)), random));
    return { name, folder };
  });
  const { verdicts, errors, exit } = ask(['--officer', officerOf(log), ...cases.map(({ folder }) => folder)]);
  expect({ errors, exit, verdicts: verdicts.length }).toEqual({ errors: '', exit: 1, verdicts: 300 });
  for (const [at, { name, folder }] of cases.entries()) {
    if (!verdicts[at]?.ok) expect(verdicts[at]?.findings.length).toBeGreaterThan(0);
    else expect({ name, ok: (await verifyLog(folder, { officer: officerOf(log) })).ok }).toEqual({ name, ok: true });
  }
});

test('a folder that was made to hurt is refused at once', async () => {
  const log = await honestLog(4);
  const replace = (folder: string, name: string, make: (place: string) => void): void => {
    rmSync(join(folder, name), { force: true });
    make(join(folder, name));
  };
  const fifo = (place: string): void => void execFileSync('mkfifo', [place]);
  const nested = (place: string): void => writeFileSync(place, '['.repeat(1_000_000));
  const hurts = [
    (folder: string) => replace(folder, 'first', fifo),
    (folder: string) => replace(folder, 'checkpoint', fifo),
    (folder: string) => replace(folder, 'MANIFEST.json', fifo),
    (folder: string) => replace(folder, 'MANIFEST.json', nested),
    (folder: string) => replace(folder, 'first', (place) => writeFileSync(place, '9007199254740992')),
    (folder: string) => replace(folder, 'first', (place) => writeFileSync(place, '256')),
    (folder: string) => replace(folder, 'first', (place) => mkdirSync(place)),
    (folder: string) => replace(folder, 'checkpoint', (place) => mkdirSync(place)),
    (folder: string) => replace(folder, 'keys.json', (place) => symlinkSync(place, place)),
    (folder: string) => replace(folder, 'keys.json', (place) => symlinkSync('/dev/zero', place)),
    (folder: string) => replace(folder, 'keys.json', nested),
    (folder: string) => replace(folder, 'keys.json', (place) => writeFileSync(place, '{"format":'.repeat(100_000))),
    (folder: string) => replace(folder, 'keys.json', (place) => writeFileSync(place, `[${'9'.repeat(100_000)}]`)),
    (folder: string) => writeFileSync(join(folder, 'checkpoints', '\u001b[2J'), '\ufeff'),
    (folder: string) => mkdirSync(join(folder, 'anchors/5.tsr'), { recursive: true }),
    (folder: string) => rmSync(join(folder, 'tile'), { recursive: true }),
  ];
  const folders = await Promise.all(
    hurts.map(async (hurt) => {
      const folder = await written(log);
      hurt(folder);
      return folder;
    }),
  );
  const { exit, verdicts, errors } = ask(['--officer', officerOf(log), ...folders]);
  expect({ exit, errors }).toEqual({ exit: 1, errors: '' });
  for (const [at, hurt] of hurts.entries())
    expect({ hurt: String(hurt), ok: verdicts[at]?.ok }).toEqual({ hurt: String(hurt), ok: false });
  const { text } = tell(folders);
  expect(text).toContain('checkpoints/?[2J');
  expect(text).not.toContain('\u001b');
});

interface SignatureCase {
  readonly id: string;
  readonly key: string;
  readonly message: string;
  readonly signature: string;
  readonly expect: 'pass' | 'fail';
}

test.each<{ flags: PythonFlag[] }>([{ flags: [] }, { flags: ['-S'] }])(
  'signatures on which verifiers disagree hold or not as everywhere else, run with $flags',
  ({ flags }) => {
    const cases = ['cctv-ed25519', 'wycheproof-ed25519']
      .map((name) => gunzipSync(readFileSync(join(VECTORS, name, 'cases.jsonl.gz'))).toString('utf8'))
      .flatMap((text) => text.split('\n').filter((line) => line !== ''))
      .map((line) => JSON.parse(line) as SignatureCase);
    expect(cases.length).toBe(1065);
    const said = answers(
      'ed25519_holds',
      cases.map(({ key, message, signature }) => [`{${key}}`, `{${message}}`, `{${signature}}`]),
      flags,
    );
    expect(said).toEqual(cases.map((one) => one.expect === 'pass'));
  },
);

test.each<{ flags: PythonFlag[] }>([{ flags: [] }, { flags: ['-S'] }])(
  'a passkey speaks for its owner, present and verified, on its own pages only, run with $flags',
  ({ flags }) => {
    const message = Buffer.from('DSSEv1 28 application/vnd.in-toto+json 2 {}');
    const hex = (bytes: Uint8Array): string => `{${Buffer.from(bytes).toString('hex')}}`;
    for (const algorithm of ['ES256', 'EdDSA'] as const) {
      const { passkey, sign } = newPasskey(algorithm);
      const key = ['passkey', hex(Buffer.from(passkey.publicKey, 'base64')), passkey.relyingParty, passkey.origins];
      const lists = [...HONEST, ...DISHONEST].map((change) => [key, hex(message), hex(sign(message, change))]);
      const stranger = newPasskey(algorithm).sign(message);
      const cut = sign(message).subarray(0, -1);
      const said = answers(
        'passkey_holds',
        [...lists, [key, hex(message), hex(stranger)], [key, hex(message), hex(cut)]],
        flags,
      );
      expect({ algorithm, said }).toEqual({
        algorithm,
        said: [...HONEST.map(() => true), ...DISHONEST.map(() => false), false, false],
      });
    }
  },
);

test('whatever a passkey has signed in a log is judged as our own verifier judges it', async () => {
  for (const algorithm of ['ES256', 'EdDSA'] as const) {
    const { folder, officer, forged } = await signedByPasskeys(algorithm);
    const [said] = ask(['--officer', officer, folder]).verdicts;
    expect(said?.findings.map(({ entry, rule }) => `${entry} ${rule}`)).toEqual(
      forged.map((at) => `${at} signature-invalid`),
    );
    expect(differenceOf(await verifyLog(folder, { officer }), said)).toBeUndefined();
  }
});

test('numbers and texts are written as RFC 8785 has them', () => {
  const numbers = [
    0,
    1e21,
    1e-7,
    123456789012345680000,
    5e-324,
    1.7976931348623157e308,
    -0.000001,
    0.1,
    1e23,
    4.5,
    2 ** 53,
  ];
  expect(
    answers(
      'ecmascript_number',
      numbers.map((one) => [one]),
    ),
  ).toEqual(numbers.map(String));
  const names = ['arrays', 'french', 'structures', 'unicode', 'values', 'weird'];
  const read = (folder: string): string[] =>
    names.map((name) => readFileSync(join(VECTORS, `jcs/testdata/${folder}/${name}.json`), 'utf8'));
  const values = read('input').map((text): unknown[] => [JSON.parse(text)]);
  expect(answers('canonical', values)).toEqual(read('output'));
});

test('an evidence pack verifies, and whatever is done to it is found as by our own verifier', async () => {
  const acme = new Organisation();
  const officer = acme.officer.publicKey.toString('base64');
  const { folder: whole } = await packFolder(acme);
  const honest = ask(['--officer', officer, whole]);
  expect(honest).toMatchObject({ exit: 0, errors: '', verdicts: [{ ok: true, findings: [] }] });
  expect(honest.verdicts[0]?.blobs).toEqual((await verifyPack(whole, { officer })).blobs);
  const random = new Random(17);
  const names = await filesBelow(whole);
  const changes = [
    ...names.map((name) => (folder: string) => {
      const bytes = readFileSync(join(folder, name));
      const at = random.integer(bytes.length);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.integer(8)), at);
      writeFileSync(join(folder, name), bytes);
    }),
    ...names.map((name) => (folder: string) => rmSync(join(folder, name))),
    (folder: string) => writeFileSync(join(folder, 'reports/more.csv'), 'entry\n'),
    (folder: string) => appendFileSync(join(folder, 'index.jsonl'), '{"index":3}\nnonsense\n'),
    (folder: string) => appendFileSync(join(folder, 'blobs/openings.jsonl'), '{"commitment":1}\n'),
  ];
  const folders = changes.map((change) => {
    const folder = join(temporaryFolder(), 'pack');
    cpSync(whole, folder, { recursive: true });
    change(folder);
    return folder;
  });
  const { verdicts, errors, exit } = ask(['--officer', officer, ...folders]);
  expect({ errors, exit, ok: verdicts.filter(({ ok }) => ok).length }).toEqual({ errors: '', exit: 1, ok: 0 });
  for (const [at, folder] of folders.entries())
    expect({ at, difference: differenceOf(await verifyPack(folder, { officer }), verdicts[at]) }).toEqual({ at });
});

test('a link in a pack is no file of it, wherever it leads', async () => {
  const { folder } = await packFolder(new Organisation());
  symlinkSync('README.txt', join(folder, 'link'));
  symlinkSync('/', join(folder, 'reports/link'));
  const { exit, verdicts } = ask([folder]);
  expect({ exit, rules: verdicts[0]?.findings.map(({ file, rule }) => `${file} ${rule}`) }).toEqual({
    exit: 1,
    rules: ['link manifest-file', 'reports/link manifest-file'],
  });
});
