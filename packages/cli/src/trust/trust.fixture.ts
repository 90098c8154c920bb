import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stateDirectory, type StateDirectory } from '@duovir/principal';
import type { TrustPolicy } from '@duovir/protocol';
import { CliError } from '../error.ts';
import { initialise } from '../init/initialise.ts';
import { createProgram } from '../program.ts';
import { recordSession } from '../session.fixture.ts';

/** A new installation, and the terminal in front of it. */
export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'duovir-desk-'));
  readonly state: StateDirectory = stateDirectory(join(this.folder, '.duovir'));

  static async open(): Promise<Desk> {
    const desk = new Desk();
    await initialise(desk.state.root, new Date('2026-02-01T10:00:00.000Z'));
    return desk;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** Runs `duovir trust …` and returns what it wrote; an error of ours comes back as its code. */
  async trust(...words: string[]): Promise<{ readonly said: string; readonly errors: string; readonly code: string }> {
    const session = recordSession();
    let code = 'ok';
    try {
      await (
        await createProgram(session)
      ).parseAsync(['--state', this.state.root, 'trust', ...words], { from: 'user' });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      code = error.code;
    }
    return { said: session.output.text, errors: session.errors.text, code };
  }

  async policy(): Promise<TrustPolicy> {
    const { said } = await this.trust('show', '--json');
    return (JSON.parse(said) as { policy: TrustPolicy }).policy;
  }

  /** The policy in force with changes, as a document that is not signed yet. */
  async draft(change: (policy: TrustPolicy) => Partial<TrustPolicy>): Promise<string> {
    const { version: _version, issuedAt: _issuedAt, supersedes: _supersedes, ...policy } = await this.policy();
    const changed = { ...policy, ...change(await this.policy()) };
    return this.write('draft.yaml', JSON.stringify(changed, null, 2));
  }
}
