/** What an argument vector really starts, once wrappers such as `env` and `timeout` are looked through. */
export type Command =
  | {
      readonly kind: 'program';
      /** As written: a name, or a path. */
      readonly path: string;
      readonly name: string;
      readonly arguments: readonly string[];
      /** Variables that `env` sets on the way. */
      readonly environment: readonly (readonly [string, string])[];
    }
  /** It cannot be told from the arguments what will run; judged as the worst (Invariant 6). */
  | { readonly kind: 'opaque'; readonly wrapper: string };

type Environment = (readonly [string, string])[];
type Rest = readonly string[] | undefined;

const MAX_WRAPPERS = 6;

export function programName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function resolveCommand(argv: readonly string[]): Command {
  const environment: Environment = [];
  let rest = argv;
  for (let depth = 0; depth < MAX_WRAPPERS; depth += 1) {
    const [path = '', ...arguments_] = rest;
    const name = programName(path);
    const unwrap = wrappers.get(name);
    if (!unwrap) return { kind: 'program', path, name, arguments: arguments_, environment };
    const inner = unwrap(arguments_, environment);
    if (inner === undefined || inner.length === 0) return { kind: 'opaque', wrapper: name };
    rest = inner;
  }
  return { kind: 'opaque', wrapper: programName(argv[0] ?? '') };
}

type Unwrap = (words: readonly string[], environment: Environment) => Rest;

/** A map: a program called `constructor` must not find one. */
const wrappers: ReadonlyMap<string, Unwrap> = new Map<string, Unwrap>([
  ['env', unwrapEnv],
  [
    'timeout',
    (words) =>
      skipOptions(words, { flags: ['--foreground', '--preserve-status', '-v', '--verbose'], valued: ['-s', '-k'] }, 1),
  ],
  ['nice', (words) => skipOptions(words, { flags: [], valued: ['-n'] }, 0)],
  ['nohup', (words) => skipOptions(words, { flags: [], valued: [] }, 0)],
  ['setsid', (words) => skipOptions(words, { flags: ['-f', '-w', '-c', '--fork', '--wait'], valued: [] }, 0)],
  ['stdbuf', (words) => skipOptions(words, { flags: [], valued: ['-i', '-o', '-e'], attached: true }, 0)],
]);

function unwrapEnv(words: readonly string[], environment: Environment): Rest {
  const rest = skipOptions(words, { flags: ['-i', '-', '--ignore-environment', '-0'], valued: ['-u', '-C'] }, 0);
  if (!rest) return undefined;
  const start = rest.findIndex((word) => !word.includes('='));
  if (start < 0) return undefined;
  for (const word of rest.slice(0, start)) {
    const equals = word.indexOf('=');
    environment.push([word.slice(0, equals), word.slice(equals + 1)]);
  }
  return rest.slice(start);
}

/** Drops known options and `positionals` words. An unknown option makes the answer undefined: it might take a word or not. */
function skipOptions(
  words: readonly string[],
  known: { readonly flags: readonly string[]; readonly valued: readonly string[]; readonly attached?: boolean },
  positionals: number,
): Rest {
  let index = 0;
  while (index < words.length) {
    const word = words[index] ?? '';
    if (word === '--') {
      index += 1;
      break;
    }
    if (!word.startsWith('-')) break;
    if (known.flags.includes(word)) index += 1;
    else if (known.valued.includes(word)) index += 2;
    else if (known.attached && known.valued.includes(word.slice(0, 2))) index += 1;
    else return undefined;
  }
  return words.slice(index + positionals);
}
