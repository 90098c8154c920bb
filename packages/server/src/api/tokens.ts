import { hash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { nameSchema } from '@duovir/protocol';

const fileSchema = z.array(z.strictObject({ person: nameSchema, hash: z.string().regex(/^[0-9a-f]{64}$/) }));

/** SHA-256 of the tokens people come with; the tokens themselves are not known here. */
export class Tokens {
  readonly #known: readonly { readonly person: string; readonly hash: Buffer }[];

  constructor(known: z.input<typeof fileSchema>) {
    this.#known = fileSchema.parse(known).map(({ person, hash: hex }) => ({ person, hash: Buffer.from(hex, 'hex') }));
  }

  static read(path: string): Tokens {
    return new Tokens(fileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))));
  }

  /** Compares with every known token in constant time: how long it takes says nothing about how near a guess was. */
  personOf(token: string): string | undefined {
    const given = hash('sha256', token, 'buffer');
    let person: string | undefined;
    for (const known of this.#known) if (timingSafeEqual(known.hash, given)) person = known.person;
    return person;
  }
}
