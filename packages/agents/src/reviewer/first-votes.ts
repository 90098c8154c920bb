import { digestOf, type Digest, type ReviewRequest } from '@duovir/protocol';
import { AgentError } from '../error.ts';
import type { Reasoned } from './judgement.ts';
import { Recent } from './recent.ts';

interface FirstVote {
  readonly evidence: Digest;
  readonly said: Reasoned;
}

type About = Pick<ReviewRequest, 'run' | 'motion' | 'evidence'>;

/** What a reviewer has said in its blind votes, as long as its process lives. */
export class FirstVotes {
  readonly #votes: Recent<FirstVote>;

  constructor(capacity: number) {
    this.#votes = new Recent(capacity);
  }

  remember(about: About, said: Reasoned): void {
    this.#votes.set(keyOf(about), { evidence: digestOf(about.evidence), said });
  }

  /**
   * Undefined after a restart.
   * @throws AgentError when it is told something else than what it said, or asked about other evidence: whoever asks lies.
   */
  of(about: About, own: Reasoned['verdict']): Reasoned | undefined {
    const vote = this.#votes.get(keyOf(about));
    if (!vote) return undefined;
    if (vote.said.verdict !== own)
      throw new AgentError(
        'debate-inconsistent',
        `The debate says it voted ${own}, and it voted ${vote.said.verdict}.`,
      );
    if (vote.evidence !== digestOf(about.evidence))
      throw new AgentError('debate-inconsistent', 'The second vote is asked on other evidence than the first.');
    return vote.said;
  }
}

function keyOf({ run, motion }: About): string {
  return `${run}/${motion}`;
}
