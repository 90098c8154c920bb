import type { SensitiveSpan } from './finding.ts';

/** A JSON object in base64 begins with these characters: `{"`. The signature may be missing, escaped or cut off. */
const TOKEN =
  /(?<![A-Za-z0-9_-])eyJ[\w-]{10,4096}={0,2}\.(?:eyJ|ewo|[\w-]{2})[\w-]{4,8192}={0,2}(?:\.[\w-]{0,8192}={0,2}){0,3}/g;

/** JSON Web Tokens, signed and encrypted. */
export function webTokensIn(text: string): SensitiveSpan[] {
  return text.includes('eyJ')
    ? [...text.matchAll(TOKEN)].map(({ index, 0: token }) => ({
        start: index,
        end: index + token.length,
        kind: 'secret',
        rule: 'json-web-token',
        tier: 'block',
      }))
    : [];
}
