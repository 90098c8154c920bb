/**
 * What agents answer, as long as the server listens. Once it is being stopped their models are taken from them, and what an
 * agent says because of that is not what it thinks: nobody hears it, and it is asked again when the server is back.
 */
export class Hearing {
  #isOver = false;

  end(): void {
    this.#isOver = true;
  }

  /** Passes on an answer or an error that comes in time; what comes later stays unsaid for the rest of this process. */
  async of<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      const said = await answer;
      if (!this.#isOver) return said;
    } catch (error) {
      if (!this.#isOver) throw error;
    }
    return new Promise<Answer>(() => undefined);
  }
}
