import { randomBytes } from 'node:crypto';
import type { ClockPort, RandomPort } from '@duovir/engine';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const PERMIT_LETTERS = 26;

/** 256 is a multiple of 32: every letter is equally likely. */
export function lettersOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
}

export const systemRandom: RandomPort = {
  hex: (bytes) => randomBytes(bytes).toString('hex'),
  permitId: () => `permit-${lettersOf(randomBytes(PERMIT_LETTERS))}`,
};

export const systemClock: ClockPort = { now: () => new Date() };
