import { hash, verify, X509Certificate } from 'node:crypto';
import { RFC3161Timestamp, type ASN1Obj } from '@sigstore/core';
import { LedgerError } from './error.ts';

/** What an authority signs about a few dozen bytes; certificates of its chain are the most of it. */
export const MAX_TIMESTAMP_BYTES = 65_536;

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;
const HASHES: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
/** Signature algorithms that name their hash; `rsaEncryption` leaves it to the digest algorithm. */
const SIGNATURES: Readonly<Record<string, string | undefined>> = {
  '1.2.840.113549.1.1.1': undefined,
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};
const GRANTED = 0n;
const GRANTED_WITH_MODIFICATIONS = 1n;
const SET_TAG = 0x31;

/** An RFC 3161 response whose signature holds. Who signed it is a question of its own. */
export interface Timestamp {
  readonly time: Date;
  /** SHA-256 of what existed by then. */
  readonly imprint: Buffer;
  readonly nonce: bigint | undefined;
  readonly signer: X509Certificate;
  /** Whatever the authority has put beside it; nothing of it is believed. */
  readonly certificates: readonly X509Certificate[];
}

/** Throws `timestamp-malformed` for what cannot be read and `timestamp-invalid` for what does not hold. */
export function openTimestamp(response: Buffer): Timestamp {
  if (response.length > MAX_TIMESTAMP_BYTES) throw malformed('it is too large');
  try {
    return open(RFC3161Timestamp.parse(Buffer.from(response)));
  } catch (cause) {
    if (cause instanceof LedgerError) throw cause;
    // Reading garbage as ASN.1 fails in as many ways as there is garbage.
    throw malformed('it is no response of a time-stamping authority', cause);
  }
}

function open(response: RFC3161Timestamp): Timestamp {
  if (response.status !== GRANTED && response.status !== GRANTED_WITH_MODIFICATIONS)
    throw timestampInvalid(`the authority has refused with status ${response.status}`);
  if (response.contentType !== SIGNED_DATA || response.eContentType !== TST_INFO)
    throw malformed('it is not about a time');
  const { tstInfo, signerDigestAlgorithm } = response;
  if (tstInfo.messageImprintHashAlgorithm !== 'sha256') throw timestampInvalid('it is not over a SHA-256 digest');
  const signed = signedParts(response.root);
  const signer = signed.certificates.find((certificate) => isNamed(certificate, response));
  if (!signer) throw timestampInvalid('it comes without the certificate of its signer');
  assertAttributes(signed.attributes, signer, hash(signerDigestAlgorithm, tstInfo.raw, 'buffer'));
  assertSigned(signed, signer, signerDigestAlgorithm, response.signatureValue);
  const time = tstInfo.genTime;
  if (Number.isNaN(time.getTime())) throw malformed('its time is none');
  return {
    time,
    imprint: tstInfo.messageImprintHashedMessage,
    nonce: tstInfo.root.subs
      .slice(5)
      .find(({ tag }) => tag.isInteger())
      ?.toInteger(),
    signer,
    certificates: signed.certificates,
  };
}

interface SignedParts {
  readonly certificates: readonly X509Certificate[];
  readonly attributes: ASN1Obj;
  /** Object identifier. */
  readonly signatureAlgorithm: string;
}

/** ContentInfo, SignedData and SignerInfo of CMS (RFC 5652), as far as RFC 3161 uses them. */
function signedParts(root: ASN1Obj): SignedParts {
  const data = child(child(child(root, 1), 1), 0);
  const listed = data.subs.find(({ tag }) => tag.isContextSpecific(0));
  const signers = data.subs.at(-1)?.subs ?? [];
  const [signer] = signers;
  const attributes = signer?.subs.find(({ tag }) => tag.isContextSpecific(0));
  if (!signer || signers.length !== 1 || !attributes) throw malformed('it is not signed by exactly one authority');
  return {
    certificates: (listed?.subs ?? []).map((certificate) => new X509Certificate(certificate.toDER())),
    attributes,
    signatureAlgorithm: child(child(signer, 4), 0).toOID(),
  };
}

function child(parent: ASN1Obj, at: number): ASN1Obj {
  const found = parent.subs[at];
  if (!found) throw malformed('a part of it is missing');
  return found;
}

function isNamed({ serialNumber }: X509Certificate, { signerSerialNumber }: RFC3161Timestamp): boolean {
  return BigInt(`0x${serialNumber}`) === BigInt(`0x${signerSerialNumber.toString('hex')}`);
}

function assertAttributes(attributes: ASN1Obj, signer: X509Certificate, digest: Buffer): void {
  const find = (oid: string): ASN1Obj | undefined => {
    const attribute = attributes.subs.find(({ subs: [name] }) => name?.tag.isOID() && name.toOID() === oid);
    return attribute && child(child(attribute, 1), 0);
  };
  if (find(ATTRIBUTE.contentType)?.toOID() !== TST_INFO) throw timestampInvalid('what is signed is not a time');
  if (!find(ATTRIBUTE.messageDigest)?.value.equals(digest)) throw timestampInvalid('another time was signed');
  // Without this, another certificate over the same key could be put in the place of the signer's.
  const [first, second] = [find(ATTRIBUTE.signingCertificateV2), find(ATTRIBUTE.signingCertificate)];
  const isMeant = first ? namesV2(first, signer) : second !== undefined && namesV1(second, signer);
  if (!isMeant) throw timestampInvalid('the certificate is not the one that the signature names');
}

/** ESSCertIDv2 (RFC 5816): SHA-256 unless it says otherwise. */
function namesV2(attribute: ASN1Obj, { raw }: X509Certificate): boolean {
  const [first, second] = child(child(attribute, 0), 0).subs;
  if (first?.tag.isOctetString()) return first.value.equals(hash('sha256', raw, 'buffer'));
  const algorithm = HASHES[first?.subs[0]?.toOID() ?? ''];
  return algorithm !== undefined && second?.value.equals(hash(algorithm, raw, 'buffer')) === true;
}

/** ESSCertID (RFC 2634), which is SHA-1: it only says which certificate is meant, the chain says whether it counts. */
function namesV1(attribute: ASN1Obj, { raw }: X509Certificate): boolean {
  return child(child(child(attribute, 0), 0), 0).value.equals(hash('sha1', raw, 'buffer'));
}

function assertSigned(parts: SignedParts, signer: X509Certificate, digestAlgorithm: string, signature: Buffer): void {
  if (!(parts.signatureAlgorithm in SIGNATURES))
    throw timestampInvalid('its signature algorithm is not one of RSA or ECDSA');
  const algorithm = SIGNATURES[parts.signatureAlgorithm] ?? digestAlgorithm;
  const bytes = parts.attributes.toDER();
  // Signed as a SET, sent under a tag of their own (RFC 5652, 5.4).
  bytes[0] = SET_TAG;
  if (!verify(algorithm, bytes, signer.publicKey, signature)) throw timestampInvalid('its signature does not hold');
}

function malformed(why: string, cause?: unknown): LedgerError {
  return new LedgerError('timestamp-malformed', `This is no timestamp: ${why}.`, cause);
}

export function timestampInvalid(why: string): LedgerError {
  return new LedgerError('timestamp-invalid', `The timestamp does not hold: ${why}.`);
}
