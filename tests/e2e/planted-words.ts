import { randomBytes } from 'node:crypto';
import type { Brain } from '../../tools/model-server/brain.ts';

/** Made anew for each run of the test: of no known form, so that no detector helps. */
const words = (place: string): string => `kettle-${place}-${randomBytes(8).toString('hex')}`;

/** What is said, written and shown in a run, by the place where it is planted. */
export const planted = {
  goal: words('goal'),
  input: words('input'),
  question: words('question'),
  answer: words('answer'),
  explanation: words('explanation'),
  title: words('title'),
  file: words('file'),
  setting: words('setting'),
  stdout: words('stdout'),
  stderr: words('stderr'),
  stop: words('stop'),
  modelStop: words('model-stop'),
  token: words('token'),
  card: ['4539', '1488', '0343', '6467'].join(''),
  cloudKey: `AKIA${Array.from(randomBytes(16), (byte) => 'ABCDEFGHJKLMNPQRSTUVWYZ234567'[byte % 28]).join('')}`,
} as const;

/** What the scripted planner says: first it asks, then it drafts, and for a goal that it does not know it refuses. */
export const plantingPlanner: Brain = ({ prompt }) => ({
  kind: 'json',
  value: { answer: prompt.includes('write a note') ? (prompt.includes(planted.answer) ? draft : question) : refusal },
});

const question = { kind: 'question', question: `Which colour, ${planted.question}?` };
const refusal = { kind: 'refuse', reason: `I know nothing of ${planted.explanation}.` };

const common = { needs: [], settings: [], timeoutSeconds: 30, onFailure: 'undo' } as const;
const exists = (path: string): object => ({
  uses: 'file.probe@1',
  path,
  exists: true,
  id: 'written',
  deadlineSeconds: 0,
});
const command = (argv: readonly string[], stdin = ''): object => ({
  uses: 'command.run@1',
  argv,
  environment: [],
  stdin,
});
const remove = (path: string): object => ({ uses: 'path.remove@1', path });

/** Writes a note, prints words and, made while it runs, a card number and a key; then it fails with words on standard error. */
const draft = {
  kind: 'draft',
  explanation: `As ${planted.explanation} has it.`,
  title: `A note for ${planted.title}`,
  outcome: 'A note is there, and a copy of it.',
  inputs: [{ type: 'string', name: 'colour', description: 'Of the note.', value: planted.input }],
  hosts: [],
  limits: { memoryMegabytes: 64, processes: 16, cpuPercent: 100, workspaceMegabytes: 16 },
  environment: [{ name: 'PATH', value: '/usr/bin:/bin' }],
  successCriteria: [exists('/workspace/copy.txt')],
  steps: [
    {
      ...common,
      id: 'note',
      title: `Write the note of ${planted.title}`,
      action: { uses: 'file.write@1', path: '/workspace/note.txt', content: `${planted.file}\n`, mode: '0600' },
      verify: [
        {
          uses: 'command.probe@1',
          argv: ['cat', '/workspace/note.txt'],
          exit: 0,
          equals: '',
          includes: planted.file,
          id: 'says-it',
          deadlineSeconds: 0,
        },
      ],
      undo: remove('/workspace/note.txt'),
      settings: [{ resource: 'file:/workspace/note.txt', path: 'colour', value: planted.setting }],
    },
    {
      ...common,
      id: 'print',
      title: 'Print what was noted',
      action: command(
        ['sed', '-e', 's/_//g', '-e', 'w /workspace/printed.txt'],
        [planted.stdout, apart(planted.card), apart(planted.cloudKey), ''].join('\n'),
      ),
      verify: [exists('/workspace/printed.txt')],
      undo: remove('/workspace/printed.txt'),
    },
    {
      ...common,
      id: 'copy',
      title: 'Copy the note',
      action: command(['cp', `/workspace/${planted.stderr}`, '/workspace/copy.txt']),
      verify: [exists('/workspace/copy.txt')],
      undo: remove('/workspace/copy.txt'),
    },
  ],
};

/** So that no checker knows it before the program has put it together. */
function apart(text: string): string {
  return text.replaceAll(/.{3}/g, '$&_');
}
