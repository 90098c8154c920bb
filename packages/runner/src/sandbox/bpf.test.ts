import { expect, test } from 'vitest';
import { assemble, give, jump, label, load } from './bpf.ts';

test('jumps are counted from the next instruction, and labels take no room', () => {
  const code = assemble([load(4), jump('equal', 7, 'end'), give(1), label('end'), give(2)]);
  expect(code.toString('hex').match(/.{16}/g)).toEqual([
    '2000000004000000',
    '1500010007000000',
    '0600000001000000',
    '0600000002000000',
  ]);
});

test.each([
  ['unknown', [jump('equal', 1, 'nowhere')]],
  ['backwards', [label('start'), give(1), jump('equal', 1, 'start')]],
  ['too far', [jump('equal', 1, 'end'), ...Array.from({ length: 256 }, () => give(1)), label('end'), give(2)]],
])('a jump that is %s is refused', (_, statements) => {
  expect(() => assemble(statements)).toThrow(RangeError);
});
