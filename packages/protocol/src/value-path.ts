/** A place in a resource: names of keys and positions in lists, from the outside in. None: the resource as a whole. */
export type ValuePath = readonly string[];

/** RFC 6901. */
export function pointerOf(path: ValuePath): string {
  return path.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function pathOfPointer(pointer: string): ValuePath {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const PLAIN = /^[A-Za-z_][\w-]*$/;
const POSITION = /^\d+$/;

/** As people write it: `spec.containers[0].image`, `metadata.annotations["example.com/owner"]`. */
export function formatValuePath(path: ValuePath): string {
  return path
    .map((segment, at) => {
      if (PLAIN.test(segment)) return at === 0 ? segment : `.${segment}`;
      return POSITION.test(segment) ? `[${segment}]` : `["${segment.replaceAll(/["\\]/g, String.raw`\$&`)}"]`;
    })
    .join('');
}

const STEP = new RegExp(
  [
    String.raw`\["(?<double>(?:[^"\\]|\\.)*)"\]`,
    String.raw`\['(?<single>(?:[^'\\]|\\.)*)'\]`,
    String.raw`\[name=(?<named>[^\]]+)\]`,
    String.raw`\[(?<position>\d+)\]`,
    String.raw`\.?(?<key>(?:[^.[\]\\]|\\.)+)`,
  ].join('|'),
  'suy',
);

/** Reads a JSON pointer, or a path as people write it. Undefined for what is neither. */
export function parseValuePath(text: string): ValuePath | undefined {
  if (text.startsWith('/')) return /~(?![01])/.test(text) ? undefined : pathOfPointer(text);
  const path: string[] = [];
  for (STEP.lastIndex = 0; STEP.lastIndex < text.length;) {
    const groups = STEP.exec(text)?.groups;
    if (!groups) return undefined;
    const { double, single, named, position, key } = groups;
    const quoted = double ?? single ?? key;
    path.push(quoted === undefined ? (named ?? position ?? '') : quoted.replaceAll(/\\(.)/gsu, '$1'));
  }
  return path;
}
