import type { ClockPort } from '@duovir/engine';

/** A clock that the test moves. */
export class HandClock implements ClockPort {
  #now = Date.parse('2026-03-01T10:00:00.000Z');

  now(): Date {
    return new Date(this.#now);
  }

  advance(seconds: number): void {
    this.#now += seconds * 1000;
  }
}
