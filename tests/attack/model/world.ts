import { Disk } from './disk.ts';
import { faultOf } from './fault.ts';
import type { Move } from './move.ts';
import { policies } from './policies.ts';
import { execute, type Execution, type Rules } from './runner.ts';
import type { Request, Word } from './word.ts';

const PERMIT_TICKS = 20;

/**
 * One installation whose server is in an attacker's hand: it mints permits, mixes what was signed, sends it to two runners,
 * kills them, puts old policies back. Reviewers, people and the officer sign only for themselves.
 */
export class World {
  readonly executions: Execution[] = [];
  readonly faults: string[] = [];
  readonly #rules: Rules;
  readonly #disk = new Disk();
  readonly #clock = { tick: 0 };
  readonly #words: Word[] = [];
  readonly #permits: Request[] = [];
  /** What each runner is doing: gone when it is killed. */
  readonly #running: [Generator<void, void>[], Generator<void, void>[]] = [[], []];

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  play(moves: readonly Move[], seen: (state: string) => void): void {
    for (const move of moves) {
      this.#make(move);
      seen(this.#state());
    }
    // Whoever is left alive comes to its end.
    while (this.#running.some((inside) => inside.length > 0)) {
      for (const runner of [0, 1] as const) this.#advance(runner, 0);
      seen(this.#state());
    }
  }

  #make(move: Move): void {
    switch (move.do) {
      case 'speak': {
        const { do: _, ...word } = move;
        this.#words.push({ ...word, version: this.#version() });
        return;
      }
      case 'mint': {
        const { motion, fence, opens, isLogged, version } = move;
        const { tick } = this.#clock;
        const id = `permit-${this.#permits.length}`;
        const times = { issued: tick, expires: tick + PERMIT_TICKS };
        this.#permits.push({ permit: id, motion, fence, opens, isLogged, version, ...times, words: [] });
        return;
      }
      case 'send':
        return this.#send(move);
      case 'line':
        return this.#advance(move.runner, move.execution);
      case 'kill':
        this.#running[move.runner] = [];
        return;
      case 'tick':
        this.#clock.tick += move.ticks;
        return;
      case 'supersede':
        this.#disk.trustPolicy = Math.min(this.#disk.trustPolicy + 1, policies.length - 1);
        return;
      case 'roll-back':
        this.#disk.trustPolicy = Math.max(this.#disk.trustPolicy - 1, 0);
        return;
      case 'stop':
        this.#disk.stops.add(0);
        return;
      case 'lift':
        this.#disk.stops.clear();
        return;
      case 'settle':
        this.#disk.fence = { kind: 'settled' };
    }
  }

  /** What people and reviewers are shown is what the officer has signed last. */
  #version(): number {
    return policies[this.#disk.trustPolicy]?.policy.version ?? 1;
  }

  #send({ runner, permit, voices }: Extract<Move, { do: 'send' }>): void {
    const minted = this.#permits[permit % Math.max(1, this.#permits.length)];
    if (!minted) return;
    const own = this.#words.filter(({ motion, version }) => motion === minted.motion && version === minted.version);
    const words = {
      all: [
        ...new Map(
          own.map((word) => [word.kind === 'opinion' ? `${word.signer} ${word.phase}` : word.signer, word]),
        ).values(),
      ],
      raw: own,
      kindest: own.filter(({ verdict }) => verdict === 'approve'),
      doubled: own.flatMap((word) => [word, word]),
      foreign: [...this.#words],
      few: own.slice(-2),
    }[voices];
    const { disk, clock } = { disk: this.#disk, clock: this.#clock };
    const executed = (execution: Execution): void => {
      const fault = faultOf(execution, this.executions);
      if (fault !== undefined) this.faults.push(fault);
      this.executions.push(execution);
    };
    this.#running[runner].push(execute({ ...minted, words }, this.#rules, { disk, clock, executed }));
  }

  #advance(runner: 0 | 1, execution: number): void {
    const inside = this.#running[runner];
    const at = execution % Math.max(1, inside.length);
    if (inside[at]?.next().done === true) inside.splice(at, 1);
  }

  #state(): string {
    const words = this.#words.map(({ signer, motion, version, verdict }) => `${signer}${motion}${version}${verdict}`);
    return [
      this.#disk.key(),
      this.#clock.tick,
      words.join(),
      this.executions.length,
      ...this.#running.map((inside) => inside.length),
    ].join('|');
  }
}
