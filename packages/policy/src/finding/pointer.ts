/** JSON pointer (RFC 6901) of at most 256 characters, the length evidence may have. */
export function pointer(...segments: readonly (string | number)[]): string {
  return segments
    .map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
    .slice(0, 256);
}
