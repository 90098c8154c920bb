import { X509Certificate } from 'node:crypto';
import { X509Certificate as ParsedCertificate } from '@sigstore/core';
import { LedgerError } from './error.ts';
import { timestampInvalid, type Timestamp } from './timestamp.ts';

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const LONGEST_CHAIN = 8;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Certificates in PEM, one or several. Throws `timestamp-malformed`. */
export function parseCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) throw new LedgerError('timestamp-malformed', 'There is no certificate in PEM.');
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (cause) {
    throw new LedgerError('timestamp-malformed', 'One of the certificates cannot be read.', cause);
  }
}

/**
 * That whoever signed the timestamp may state times, by one of the trusted certificates, at the time it states. Revocation lists are
 * not looked at, and name constraints are not either: both need more than a folder. Throws `timestamp-invalid`.
 */
export function assertTrusted({ signer, certificates, time }: Timestamp, trusted: readonly X509Certificate[]): void {
  const usage = ParsedCertificate.parse(Buffer.from(signer.raw)).extension(EXTENDED_KEY_USAGE);
  // RFC 3161, 2.3: this use alone, and critical, so that no certificate for something else states times.
  if (signer.keyUsage?.length !== 1 || signer.keyUsage[0] !== TIME_STAMPING || usage?.critical !== true)
    throw timestampInvalid('the certificate of its signer is not for time stamping alone');
  if (!leadsToTrust(signer, time, certificates, trusted, 0))
    throw timestampInvalid('its signer does not lead to a certificate that is trusted here and was valid then');
}

function leadsToTrust(
  certificate: X509Certificate,
  at: Date,
  known: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  depth: number,
): boolean {
  if (depth > LONGEST_CHAIN || certificate.validFromDate > at || at > certificate.validToDate) return false;
  if (trusted.some(({ raw }) => raw.equals(certificate.raw))) return true;
  return [...trusted, ...known].some(
    (issuer) => isIssuer(issuer, certificate, depth) && leadsToTrust(issuer, at, known, trusted, depth + 1),
  );
}

function isIssuer(issuer: X509Certificate, certificate: X509Certificate, below: number): boolean {
  if (issuer.raw.equals(certificate.raw) || !issuer.ca || !certificate.checkIssued(issuer)) return false;
  const longest = ParsedCertificate.parse(Buffer.from(issuer.raw)).extBasicConstraints?.pathLenConstraint;
  return (longest === undefined || BigInt(below) <= longest) && certificate.verify(issuer.publicKey);
}
