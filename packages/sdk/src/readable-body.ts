/** Something that was said, and where in the body it stood. */
export interface Said {
  readonly place: string;
  readonly text: string;
  /** The form an answer has to have, which is long and the same each time: folded into one. */
  readonly isForm: boolean;
}

/** Fields in which requests carry the form of the answer, a JSON Schema. */
const forms = new Set(['schema', 'input_schema', 'parameters']);
/** Fields in which providers stream what a model writes. */
const written = new Set(['content', 'text', 'partial_json', 'arguments', 'delta']);

/** What a body said: the texts of a JSON request one by one, or what a stream wrote put together again. */
export function readableBody(body: string): Said[] {
  const whole = parse(body);
  if (whole !== undefined) return [...textsBelow('', whole)];
  const pieces = body.split('\n').flatMap((line) => {
    const event = line.startsWith('data:') ? parse(line.slice('data:'.length)) : undefined;
    return event === undefined ? [] : [...textsBelow('', event)];
  });
  const text = pieces
    .filter(({ place }) => written.has(place.split('/').at(-1) ?? ''))
    .map((piece) => piece.text)
    .join('');
  return [{ place: 'stream', text: text === '' ? body : text, isForm: false }];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Bodies of providers may be cut off anywhere.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function* textsBelow(place: string, value: unknown): Generator<Said> {
  if (typeof value === 'string') yield { place, text: value, isForm: false };
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) {
      const below = `${place}/${name}`;
      if (forms.has(name) && typeof item === 'object') yield { place: below, text: JSON.stringify(item), isForm: true };
      else yield* textsBelow(below, item);
    }
}
