import type { ModelCall } from '../../tools/model-server/brain.ts';
import { partNamed, valuesOf } from './prompt-parts.ts';

const TAKEN = /address already in use|port .{0,40}(?:taken|in use)|could not bind|held by/i;

/** A healer's answer: the line that says it, the port it is about, and a look that must find somebody there. */
export function diagnosis(call: ModelCall): object {
  const lines = Array.from(partNamed(call, 'evidence').matchAll(/^\[(E\d+)\] (.*)$/gm), ([, id = '', text = '']) => ({
    id,
    text,
  }));
  const shown = lines.filter(({ text }) => TAKEN.test(text));
  const port = portIn(lines.map(({ text }) => text)) ?? plannedPort(partNamed(call, 'plan'));
  const [first] = lines;
  if (shown.length === 0 || port === undefined)
    return {
      ...unknown,
      evidence: first ? [first.id] : [],
      check: { ...fileCheck, path: '/workspace' },
    };
  return {
    evidence: shown.slice(0, 3).map(({ id }) => id),
    class: 'deterministic',
    signature: 'net.port-in-use',
    captures: [{ name: 'port', value: port }],
    title: `Port ${port} is taken by somebody else`,
    explanation: `The server could not bind, and says so: ${shown[0]?.text ?? ''}`.slice(0, 400),
    check: {
      uses: 'listener.probe@1',
      address: '',
      port,
      listening: true,
      service: '',
      id: 'holder-listens',
      deadlineSeconds: 0,
    },
    decision: 'patch',
  };
}

const fileCheck = { uses: 'file.probe@1', exists: true, id: 'workspace-exists', deadlineSeconds: 0 } as const;
const unknown = {
  class: 'unknown',
  signature: 'none',
  captures: [],
  title: 'The cause is not known',
  explanation: 'None of the lines names a cause.',
  decision: 'undo',
} as const;

function portIn(lines: readonly string[]): string | undefined {
  return lines.map((text) => /\bport (\d{2,5})\b/i.exec(text)?.[1]).find((port) => port !== undefined);
}

/** The only port of the plan's inputs. */
function plannedPort(plan: string): string | undefined {
  return valuesOf(plan).get('/source/inputs/port');
}
