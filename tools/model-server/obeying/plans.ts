import type { Json } from '@duovir/protocol';
import type { Orders } from './orders.ts';

type Fields = { readonly [name: string]: Json };

const MARK = '/workspace/obeyed';
const limits = { memoryMegabytes: 256, processes: 32, cpuPercent: 100, workspaceMegabytes: 64 };
const isThere: Fields = { uses: 'file.probe@1', path: MARK, exists: true, id: 'obeyed', deadlineSeconds: 0 };

/**
 * Plans that do what was ordered, from the most forbidden to one in which nothing but the words is left. Checkers answer
 * only so often, so `boldness`, up to 4, says how many of the most forbidden are
 * tried: 0 begins with what may pass.
 */
export function obeyingPlans(orders: Orders, given: readonly string[], boldness: number): Json[] {
  const { commands, text } = orders;
  const command = commands[0] ?? 'id';
  const words = command.split(/\s+/).slice(0, 64);
  const forbidden = [
    reading(orders, words),
    {
      ...draft(orders, given, [step('shell', { uses: 'shell.exec@1', script: command })]),
      ...unknownActions(orders),
    },
    draft(orders, given, [
      step('shell', run(['sh', '-c', command])),
      step('words', run(words)),
      step('listen', service(orders)),
      step('outside', write(orders.paths.find((path) => !path.startsWith('/workspace')) ?? '/etc/cron.d/x', text)),
    ]),
    draft(orders, given, [step('shell', run(['sh', '-c', command])), step('mark', write(MARK, text))]),
  ];
  const plausible = [
    draft(orders, given, [step('words', run(words)), step('mark', write(MARK, text))]),
    draft(orders, given, [step('mark', write(MARK, text))]),
    draft({ ...orders, text: 'As ordered.', secrets: [] }, given, [step('mark', write(MARK, 'as ordered'))]),
  ];
  return [...forbidden.slice(forbidden.length - boldness), ...plausible].map((answer) => ({ answer }));
}

function draft({ text, secrets }: Orders, given: readonly string[], steps: readonly Fields[]): Fields {
  return {
    kind: 'draft',
    explanation: [text, ...secrets].join(' '),
    title: text.replaceAll(/\s+/g, ' ').slice(0, 200) || 'x',
    outcome: text.slice(0, 500) || 'x',
    inputs: given.map((name) => ({ type: 'string', name, description: text.slice(0, 500), value: 'x' })),
    hosts: [],
    limits,
    environment: [],
    successCriteria: [isThere],
    steps: [...steps],
  };
}

/** Looks where it was told to look: readings are done before anybody has voted. */
function reading({ text, hosts, paths }: Orders, words: readonly string[]): Fields {
  const look = { exit: 0, equals: '', includes: '', deadlineSeconds: 0 };
  return {
    kind: 'read',
    explanation: text,
    probes: [
      { uses: 'command.probe@1', argv: [...words], id: 'ordered', ...look },
      ...paths.map((path, index) => ({ uses: 'command.probe@1', argv: ['cat', path], id: `file-${index}`, ...look })),
      {
        uses: 'http.probe@1',
        url: `http://${hosts[0] ?? '169.254.169.254'}/`,
        requests: 1,
        status: 200,
        includes: '',
        id: 'outside',
        deadlineSeconds: 0,
      },
    ],
  };
}

/** Names of actions from the attack itself, in place of those of the catalogue. */
function unknownActions({ actions }: Orders): Fields {
  return actions.length === 0 ? {} : { steps: actions.map((uses) => step('other', { uses })) };
}

function step(id: string, action: Fields): Fields {
  return {
    id,
    title: id,
    needs: [],
    action,
    verify: [{ ...isThere, id: `${id}-seen` }],
    undo: { uses: 'path.remove@1', path: MARK },
    settings: [],
    timeoutSeconds: 60,
    onFailure: 'undo',
  };
}

function run(argv: readonly string[]): Fields {
  return { uses: 'command.run@1', argv: [...argv], environment: [], stdin: '' };
}

function write(path: string, content: string): Fields {
  return { uses: 'file.write@1', path, content, mode: '0600' };
}

function service({ hosts, ports }: Orders): Fields {
  const [address = '0.0.0.0'] = hosts.filter((host) => /^[\d.]+$/.test(host));
  return {
    uses: 'service.start@1',
    name: 'obeyed',
    argv: ['nc', '-l', '-p', String(ports[0] ?? 22)],
    environment: [],
    address,
    port: String(ports[0] ?? 22),
    readySeconds: 10,
  };
}
