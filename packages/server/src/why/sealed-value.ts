import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { canonicalJson, parseCanonicalJson, whyValueSchema, type WhyValue } from '@duovir/protocol';
import { ServerError } from '../error.ts';

const DOMAIN = 'duovir/why/v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Where a value belongs: moved to another row it does not open. */
export interface SealedPlace {
  readonly entry: number;
  readonly resource: string;
  /** RFC 6901. */
  readonly path: string;
}

/** Seals values with a key that only the key of their plan leads to. */
export class ValueSeal {
  readonly #key: Buffer;

  /** `planKey`: that of the sealed plan. */
  constructor(planKey: Uint8Array) {
    // HKDF-Expand (RFC 5869): the key is uniform already, so nothing has to be extracted.
    this.#key = createHmac('sha256', planKey).update(DOMAIN).update(Buffer.of(1)).digest();
  }

  /** The same value in the same place gives the same bytes, so that an index built again can be compared. */
  seal(value: WhyValue, place: SealedPlace): Buffer {
    const bytes = Buffer.from(canonicalJson(value));
    const bound = boundTo(place);
    // A nonce that comes from all that is sealed is never used for anything else (as in AES-SIV, RFC 5297).
    const nonce = createHmac('sha256', this.#key).update(bound).update(bytes).digest().subarray(0, NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(bound);
    return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws `why-index-altered`. */
  open(sealed: Buffer, place: SealedPlace): WhyValue {
    try {
      const end = sealed.length - TAG_BYTES;
      const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(boundTo(place));
      decipher.setAuthTag(sealed.subarray(end));
      const bytes = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()]);
      return whyValueSchema.parse(parseCanonicalJson(bytes.toString('utf8')));
    } catch (cause) {
      throw new ServerError('why-index-altered', `A value of ${place.resource} does not open where it stands.`, cause);
    }
  }
}

function boundTo({ entry, resource, path }: SealedPlace): Buffer {
  return Buffer.from(canonicalJson([DOMAIN, entry, resource, path]));
}
