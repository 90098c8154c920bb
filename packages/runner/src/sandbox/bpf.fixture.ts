/** What a system call is judged by. */
export interface Call {
  readonly architecture: number;
  readonly number: number;
  readonly words?: readonly number[];
}

/** Runs a filter as the kernel would, as far as our instructions go, and returns its verdict. */
export function verdictOf(filter: Buffer, { architecture, number, words = [] }: Call): number {
  const input = Buffer.alloc(64);
  input.writeUInt32LE(number >>> 0, 0);
  input.writeUInt32LE(architecture, 4);
  for (const [index, word] of words.entries()) input.writeUInt32LE(word >>> 0, 16 + 8 * index);

  let accumulator = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const constant = filter.readUInt32LE(at + 4);
    const [taken, passed] = [filter.readUInt8(at + 2), filter.readUInt8(at + 3)];
    switch (filter.readUInt16LE(at)) {
      case 0x20:
        accumulator = input.readUInt32LE(constant);
        break;
      case 0x15:
        at += 8 * (accumulator === constant ? taken : passed);
        break;
      case 0x35:
        at += 8 * (accumulator >= constant ? taken : passed);
        break;
      case 0x45:
        at += 8 * ((accumulator & constant) === 0 ? passed : taken);
        break;
      case 0x06:
        return constant;
      default:
        throw new Error(`unknown instruction at ${at}`);
    }
  }
  throw new Error('the filter ends without a verdict');
}
