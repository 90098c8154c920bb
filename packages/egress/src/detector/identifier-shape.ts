const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DIGEST = /^(?:sha(?:1|224|256|384|512)|md5|blake[23][bs]?)[:-][\w+/=-]{16,128}$/i;
const HEXADECIMAL = /^(?:0x)?[0-9a-f]+$/i;
const TIMESTAMP = /^\d{4}-?\d\d-?\d\d(?:[T _-]?\d\d[:_-]?\d\d(?:[:_-]?\d\d)?(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const VERSION = /^v?\d{1,5}(?:\.\d{1,5}){1,3}(?:[-+.][\w.+-]{1,64})?$/;
const FINGERPRINT = /^(?:[0-9a-f]{2}:){7,63}[0-9a-f]{2}$/i;
const TRACE = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
/** Names of cloud resources: they say where something is, not how to get in. */
const RESOURCE = /^(?:arn:aws[\w-]*:|projects\/|\/subscriptions\/|urn:|ocid1\.)/;

export function isUuid(value: string): boolean {
  return UUID.test(value);
}

/** Nothing but hexadecimal digits: an id, a digest or a key; only what stands beside it tells. */
export function isHexadecimal(value: string): boolean {
  return HEXADECIMAL.test(value);
}

/** Shapes of values that name a thing and open nothing: ruled out before anything is called random. */
export function isIdentifier(value: string): boolean {
  return [UUID, DIGEST, TIMESTAMP, VERSION, FINGERPRINT, TRACE, RESOURCE].some((shape) => shape.test(value));
}
