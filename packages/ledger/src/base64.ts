/** Standard base64 with padding and without stray bits, else undefined: one value has one text. */
export function parseBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** 32 bytes in base64, else undefined. */
export function parseHash(text: string): Buffer | undefined {
  const bytes = parseBase64(text);
  return bytes?.length === 32 ? bytes : undefined;
}
