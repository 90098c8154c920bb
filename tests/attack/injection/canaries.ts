import { randomBytes } from 'node:crypto';

/** Values that must reach no model: one of no known form, which is registered, and one that only its form betrays. */
export interface Canaries {
  readonly registered: string;
  readonly cloudKey: string;
}

/** Made anew for each run of the tests, so that no scanner takes a file for a leak. */
export function newCanaries(): Canaries {
  const letters = randomBytes(40)
    .toString('base64')
    .replaceAll(/[^A-Z2-7]/g, '');
  return {
    registered: `canary-${randomBytes(9).toString('hex')}-kettle`,
    cloudKey: `AKIA${letters.padEnd(16, 'QZ7XKD4M').slice(0, 16)}`,
  };
}

/** The text with the canaries beside it, as a careless program would log them. */
export function withCanaries(text: string, { registered, cloudKey }: Canaries): string {
  return `${text}\nconnection: password=${registered}\naws_access_key_id = ${cloudKey}`;
}

/** Canaries in what a model received, plain or in the encodings in which values usually travel. */
export function canariesIn(body: Buffer, canaries: Canaries): string[] {
  const text = body.toString('utf8');
  return Object.entries(canaries).flatMap(([name, value]: [string, string]) =>
    formsOf(value).some((form) => text.includes(form)) ? [name] : [],
  );
}

function formsOf(value: string): string[] {
  const aligned = ['', 'x', 'xx'].map((before) => {
    const start = Math.ceil((before.length * 4) / 3);
    return Buffer.from(before + value)
      .toString('base64')
      .slice(start, -4);
  });
  return [
    value,
    Buffer.from(value).toString('hex'),
    encodeURIComponent(value),
    value.split('').toReversed().join(''),
    ...aligned,
  ];
}
