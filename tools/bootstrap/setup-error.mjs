/** Why set-up stopped, and in the same message how to go on. */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {number} exitCode 1: a command failed, 2: wrong usage, 3: this machine lacks something only its owner can add
   */
  constructor(message, exitCode) {
    super(message);
    this.name = 'SetupError';
    this.exitCode = exitCode;
  }
}
