import canonicalize from 'canonicalize';
import { ProtocolError } from './error.ts';

/** Canonical JSON, RFC 8785. Lone surrogates, functions and non-finite numbers are refused. */
export function canonicalJson(value: unknown): string {
  try {
    const text = canonicalize(value);
    if (text === undefined) throw new TypeError('the value has no JSON form');
    return text;
  } catch (cause) {
    throw new ProtocolError('canonical-json-invalid', 'The value cannot be written as canonical JSON.', cause);
  }
}

/**
 * Parses JSON and refuses every text that is not its own canonical form: duplicate keys, odd numbers and
 * white space cannot then mean one thing to the signer and another to the verifier.
 */
export function parseCanonicalJson(json: string | Uint8Array): unknown {
  const text = typeof json === 'string' ? json : decodeUtf8(json);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProtocolError('canonical-json-invalid', 'The text is not JSON.', cause);
  }
  if (canonicalJson(value) !== text)
    throw new ProtocolError('envelope-not-canonical', 'The JSON text is not in canonical form.');
  return value;
}

/** Bytes that are no UTF-8 must not be read as if their writer had meant U+FFFD: other verifiers refuse them. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new ProtocolError('canonical-json-invalid', 'The text is not UTF-8.', cause);
  }
}
