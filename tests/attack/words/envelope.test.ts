import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  MAX_PAYLOAD_BYTES,
  PAYLOAD_TYPE,
  preAuthenticationEncoding,
  type Envelope,
  type ExecuteRequest,
  type Signer,
} from '@duovir/protocol';
import { chain } from '../permit/chain.ts';
import { besiege, MARKER, type Siege } from '../server/siege.ts';

let siege: Siege;
beforeAll(async () => {
  siege = await besiege();
});
afterAll(() => siege.end());

/** Bytes as the payload of an envelope; `authenticated` is what is signed in their place. */
async function sealed(
  signer: Signer,
  payload: Uint8Array,
  authenticated: Uint8Array = preAuthenticationEncoding(PAYLOAD_TYPE, payload),
): Promise<Envelope> {
  const sig = Buffer.from(await signer.sign(authenticated)).toString('base64');
  return {
    payload: Buffer.from(payload).toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ keyid: signer.keyId, sig }],
  };
}

/** A permit that is in order in everything but how it is written, or how its signature was made. */
async function written(write: (permit: Buffer, signer: Signer) => Promise<Envelope>): Promise<ExecuteRequest> {
  const request = await chain(siege, { run: siege.victim, step: 'mark' });
  const permit = await write(Buffer.from(request.permit.payload, 'base64'), siege.signer('server'));
  const proof = await siege.log.prove(siege.log.append(permit));
  return { ...request, permit, proof };
}

const rewritten =
  (change: (text: string) => string) =>
  (payload: Buffer, signer: Signer): Promise<Envelope> => {
    const text = payload.toString('utf8');
    if (change(text) === text) throw new RangeError('nothing was changed');
    return sealed(signer, Buffer.from(change(text)));
  };

/** The payload in other words that mean the same to some readers. */
const ambiguous: readonly (readonly [string, (text: string) => string])[] = [
  ['a key twice, the same', (text) => text.replace('"step":"mark"', '"step":"mark","step":"mark"')],
  ['a key twice, first another', (text) => text.replace('"step":"mark"', '"step":"count","step":"mark"')],
  ['a key twice, once escaped', (text) => text.replace('"step":"mark"', '"st\\u0065p":"count","step":"mark"')],
  ['a number with a fraction', (text) => text.replace('"attempt":1', '"attempt":1.0')],
  ['a number with an exponent', (text) => text.replace('"attempt":1', '"attempt":1e0')],
  ['a number with a leading zero', (text) => text.replace('"attempt":1', '"attempt":01')],
  ['a negative zero', (text) => text.replace('"attempt":1', '"attempt":-0')],
  [
    'a number beyond what doubles can tell apart',
    (text) => text.replace('"attempt":1', '"attempt":1.0000000000000000001'),
  ],
  ['a letter escaped', (text) => text.replace('"mark"', '"m\\u0061rk"')],
  ['white space', (text) => text.replaceAll(',', ', ')],
  ['a line break at its end', (text) => `${text}\n`],
  ['a byte order mark', (text) => `\uFEFF${text}`],
  ['a second document', (text) => `${text}${text}`],
  [
    'its keys in another order',
    (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).toReversed())),
  ],
  ['a lone surrogate', (text) => text.replace('"mark"', '"mark\\ud800"')],
  [
    'a key that is the prototype',
    (text) => text.replace('"step":"mark"', '"__proto__":{"step":"count"},"step":"mark"'),
  ],
  ['an unknown field', (text) => text.replace('"step":"mark"', '"step":"mark","stop":false')],
  ['a step that only looks like one', (text) => text.replace('"mark"', '"m\u0430rk"')],
];

test.each(ambiguous)('Invariant 4: a permit with %s: permit-forged', async (_, change) => {
  const request = await written(rewritten(change));
  await siege.refused(request, 'permit-forged');
});

test('Invariant 4: a permit with bytes that are no text: permit-forged', async () => {
  const request = await written((payload, signer) => {
    // What cannot be decoded is shown as U+FFFD, and so is U+FFFD itself.
    const text = payload.toString('latin1').replace('"mark"', '"mark\u00FF"');
    return sealed(signer, Buffer.from(text, 'latin1'));
  });
  await siege.refused(request, 'permit-forged');
});

test('a permit that is written and signed by the same means is carried out', async () => {
  const request = await written((payload, signer) => sealed(signer, payload));
  expect(await siege.execute(request)).toMatchObject({ kind: 'receipt' });
  expect(
    await siege.execute(await chain(siege, { run: siege.victim, step: 'mark', purpose: 'compensate' })),
  ).toMatchObject({ kind: 'receipt' });
});

const signatures: readonly (readonly [string, (payload: Buffer, signer: Signer) => Promise<Envelope>])[] = [
  ['the payload alone', (payload, signer) => sealed(signer, payload, payload)],
  [
    'the payload under another type',
    (payload, signer) => sealed(signer, payload, preAuthenticationEncoding('application/json', payload)),
  ],
  [
    'the payload in base64',
    (payload, signer) =>
      sealed(signer, payload, preAuthenticationEncoding(PAYLOAD_TYPE, Buffer.from(payload.toString('base64')))),
  ],
  [
    'type and payload cut elsewhere',
    (payload, signer) => {
      const joined = Buffer.from(
        `DSSEv1 ${PAYLOAD_TYPE.length + 1} ${PAYLOAD_TYPE}  ${payload.length - 1} ${payload.toString()}`,
      );
      return sealed(signer, payload, joined);
    },
  ],
  ['nothing', (payload, signer) => sealed(signer, payload, Buffer.alloc(0))],
  [
    'the permit, under the key id of another',
    async (payload, signer) => {
      const good = await sealed(signer, payload);
      return { ...good, signatures: [{ ...good.signatures[0], keyid: siege.signer('planner').keyId }] };
    },
  ],
  [
    'the permit, under a key id that only looks like the server’s',
    async (payload, signer) => {
      const good = await sealed(signer, payload);
      return { ...good, signatures: [{ ...good.signatures[0], keyid: signer.keyId.replace('e', '\u0435') }] };
    },
  ],
];

test.each(signatures)('Invariant 1: a signature over %s: permit-forged', async (_, sign) => {
  await siege.refused(await written(sign), 'permit-forged');
});

/** What is no envelope of ours at all is not looked into: the runner does not even answer with a refusal. */
const shapes: readonly (readonly [string, (envelope: Envelope) => object])[] = [
  ['another payload type', (envelope) => ({ ...envelope, payloadType: 'application/json' })],
  ['no signature', (envelope) => ({ ...envelope, signatures: [] })],
  ['two signatures', (envelope) => ({ ...envelope, signatures: [...envelope.signatures, ...envelope.signatures] })],
  ['a certificate beside its signature', (envelope) => ({ ...envelope, certificate: 'x' })],
  ['base64 for addresses', (envelope) => ({ ...envelope, payload: `${envelope.payload.slice(0, -4)}_-8=` })],
  ['white space in its base64', (envelope) => ({ ...envelope, payload: `${envelope.payload}\n` })],
];

test.each(shapes)('Invariant 6: a permit with %s: malformed', async (_, change) => {
  const request = await chain(siege, { run: siege.victim, step: 'mark' });
  await expect(siege.execute({ ...request, permit: change(request.permit) as Envelope })).rejects.toThrow('malformed');
  expect(await siege.isThere(MARKER)).toBe(false);
});

test('Invariant 6: a permit that is larger than an entry of the ledger', async () => {
  const request = await chain(siege, { run: siege.victim, step: 'mark' });
  const payload = Buffer.from(`{"a":"${'a'.repeat(MAX_PAYLOAD_BYTES)}"}`);
  const permit = await sealed(siege.signer('server'), payload);
  await siege.refused({ ...request, permit }, 'permit-forged');
});

test('Invariant 4: a permit whose base64 ends in other bits, used a second time', async () => {
  const request = await chain(siege, { run: siege.victim, step: 'count' });
  expect(await siege.execute(request)).toMatchObject({ kind: 'receipt' });
  const [{ keyid, sig }] = request.permit.signatures;
  // The last character before `==` has four bits that decode to nothing.
  const spelled = `${sig.slice(0, -3)}${String.fromCharCode(sig.charCodeAt(sig.length - 3) + 1)}==`;
  expect(Buffer.from(spelled, 'base64')).toEqual(Buffer.from(sig, 'base64'));
  const permit = { ...request.permit, signatures: [{ keyid, sig: spelled }] as Envelope['signatures'] };
  const proof = await siege.log.prove(siege.log.append(permit));
  await siege.refused({ ...request, permit, proof }, 'permit-used');
});
