/** Classic BPF as `struct sock_filter` wants it; the kernel runs it over `struct seccomp_data`. */
export type Statement =
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'load'; readonly offset: number }
  | { readonly kind: 'return'; readonly action: number }
  | {
      readonly kind: 'jump';
      readonly when: 'equal' | 'at-least' | 'any-bit';
      readonly value: number;
      /** Label to go on at when the test holds; the next statement otherwise. */
      readonly to: string;
    };

const LOAD_WORD = 0x20;
const RETURN_CONSTANT = 0x06;
const JUMP = { equal: 0x15, 'at-least': 0x35, 'any-bit': 0x45 } as const;
const INSTRUCTION_BYTES = 8;
const FARTHEST_JUMP = 255;

export const load = (offset: number): Statement => ({ kind: 'load', offset });
export const give = (action: number): Statement => ({ kind: 'return', action });
export const label = (name: string): Statement => ({ kind: 'label', name });
export const jump = (when: keyof typeof JUMP, value: number, to: string): Statement => ({
  kind: 'jump',
  when,
  value,
  to,
});

/** Little-endian machine code. Throws on a jump that is unknown, backwards or too far. */
export function assemble(statements: readonly Statement[]): Buffer {
  const positions = new Map<string, number>();
  let count = 0;
  for (const statement of statements) {
    if (statement.kind === 'label') positions.set(statement.name, count);
    else count += 1;
  }

  const code = Buffer.alloc(count * INSTRUCTION_BYTES);
  let index = 0;
  const emit = (operation: number, distance: number, constant: number): void => {
    const at = index * INSTRUCTION_BYTES;
    code.writeUInt16LE(operation, at);
    code.writeUInt8(distance, at + 2);
    code.writeUInt32LE(constant >>> 0, at + 4);
    index += 1;
  };
  for (const statement of statements) {
    switch (statement.kind) {
      case 'label':
        break;
      case 'load':
        emit(LOAD_WORD, 0, statement.offset);
        break;
      case 'return':
        emit(RETURN_CONSTANT, 0, statement.action);
        break;
      case 'jump':
        emit(JUMP[statement.when], distanceTo(statement.to, positions, index), statement.value);
        break;
    }
  }
  return code;
}

function distanceTo(name: string, positions: ReadonlyMap<string, number>, from: number): number {
  const position = positions.get(name);
  const distance = position === undefined ? -1 : position - from - 1;
  if (distance < 0 || distance > FARTHEST_JUMP)
    throw new RangeError(`the filter cannot jump to "${name}" from ${from}`);
  return distance;
}
