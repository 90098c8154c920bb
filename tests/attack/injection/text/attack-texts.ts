import { aims } from './aims.ts';
import { carriers } from './carriers.ts';
import { encodings } from './encodings.ts';

/** One text that an agent may come to read. */
export interface InjectionCase {
  readonly id: string;
  readonly text: string;
  /** `benign` is no attack; everything else names one. */
  readonly kind: string;
}

/**
 * Every aim in every carrier, and every aim in every encoding with the carriers taken in turn: texts of our own making,
 * so that nothing in the product can have been fitted to somebody's list.
 */
export function attackTexts(): InjectionCase[] {
  const carried = aims.flatMap((aim) =>
    carriers.map((carrier) => ({
      id: `${aim.name}/${carrier.name}`,
      text: carrier.carry(aim.order),
      kind: 'carried',
    })),
  );
  const encoded = aims.flatMap((aim, row) =>
    encodings.map((encoding, column) => {
      const carrier = carriers[(row + column) % carriers.length] ?? carriers[0];
      const text = carrier?.carry(aim.order) ?? aim.order;
      return { id: `${aim.name}/${carrier?.name}/${encoding.name}`, text: encoding.encode(text), kind: 'encoded' };
    }),
  );
  return [...carried, ...encoded];
}
