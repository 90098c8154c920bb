import type { ClockPort, RandomPort } from '@duovir/engine';

const CHALLENGE_BYTES = 32;
export const REGISTRATION_SECONDS = 300;

/**
 * Challenges for registrations, the newest of each person: single-use, and gone with the process, after which the page asks for
 * another one. A challenge for anything else would let the server choose what is signed.
 */
export class RegistrationChallenges {
  readonly #open = new Map<string, { readonly challenge: string; readonly until: number }>();
  readonly #clock: ClockPort;
  readonly #random: RandomPort;

  constructor({ clock, random }: { readonly clock: ClockPort; readonly random: RandomPort }) {
    this.#clock = clock;
    this.#random = random;
  }

  give(person: string): string {
    const challenge = Buffer.from(this.#random.hex(CHALLENGE_BYTES), 'hex').toString('base64url');
    this.#open.set(person, { challenge, until: this.#clock.now().getTime() + REGISTRATION_SECONDS * 1000 });
    return challenge;
  }

  take(person: string): string | undefined {
    const given = this.#open.get(person);
    this.#open.delete(person);
    return given && given.until >= this.#clock.now().getTime() ? given.challenge : undefined;
  }
}
