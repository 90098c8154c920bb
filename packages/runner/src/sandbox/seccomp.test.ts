import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { verdictOf } from './bpf.fixture.ts';
import { seccompFilter } from './seccomp.ts';
import { ABSENT, INSPECTED, LAST_JUDGED, REFUSED } from './syscalls.ts';

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const [EPERM, ENOSYS, EAFNOSUPPORT] = [0x50001, 0x50026, 0x50061];
const AUDIT = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
const HEADERS = {
  x64: '/usr/include/x86_64-linux-gnu/asm/unistd_64.h',
  arm64: '/usr/include/asm-generic/unistd.h',
} as const;
const GETPID = { x64: 39, arm64: 172 } as const;

for (const name of ['x64', 'arm64'] as const) {
  const filter = seccompFilter(name);
  const judge = (number: number, ...words: number[]): number =>
    verdictOf(filter, { architecture: AUDIT[name], number, words });

  test(`${name}: named calls are refused, others allowed, later ones unknown`, () => {
    for (const number of Object.values(REFUSED[name])) expect(judge(number)).toBe(EPERM);
    for (const number of Object.values(ABSENT)) expect(judge(number)).toBe(ENOSYS);
    expect(judge(GETPID[name])).toBe(ALLOW);
    expect(judge(LAST_JUDGED)).toBe(ALLOW);
    expect(judge(LAST_JUDGED + 1)).toBe(ENOSYS);
  });

  test(`${name}: calls of another architecture end the process`, () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(500), (architecture, number) => {
        fc.pre(architecture !== AUDIT[name]);
        expect(verdictOf(filter, { architecture, number })).toBe(KILL);
      }),
    );
    expect(judge(0x40000000 + GETPID[name])).toBe(KILL);
  });

  test(`${name}: clone is refused with any flag that makes a namespace`, () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (flags) => {
        expect(judge(INSPECTED[name].clone, flags)).toBe((flags & 0x7e020000) === 0 ? ALLOW : EPERM);
      }),
    );
  });

  test(`${name}: sockets are local, IP, or netlink for routes and sockets`, () => {
    for (let family = 0; family < 64; family += 1) {
      for (let protocol = 0; protocol < 32; protocol += 1) {
        const netlink = family === 16 && (protocol === 0 || protocol === 4);
        const expected = [1, 2, 10].includes(family) || netlink ? ALLOW : EAFNOSUPPORT;
        expect(judge(INSPECTED[name].socket, family, 1, protocol)).toBe(expected);
      }
    }
  });

  test(`${name}: no typing into terminals`, () => {
    for (const request of [0x5412, 0x541c, 0x5423]) expect(judge(INSPECTED[name].ioctl, 0, request)).toBe(EPERM);
    expect(judge(INSPECTED[name].ioctl, 0, 0x5401)).toBe(ALLOW);
  });

  test.runIf(existsSync(HEADERS[name]))(`${name}: the numbers are those of the kernel's headers`, () => {
    const header = readFileSync(HEADERS[name], 'utf8');
    const numbers = new Map(
      [...header.matchAll(/#define __NR(?:3264)?_(\w+)\s+(\d+)/g)].map(([, call, number]) => [call, Number(number)]),
    );
    for (const [call, number] of Object.entries({ ...REFUSED[name], ...ABSENT, ...INSPECTED[name] })) {
      if (numbers.has(call)) expect([call, numbers.get(call)]).toEqual([call, number]);
    }
    expect(numbers.has('ptrace')).toBe(true);
  });
}

test('there is no filter, and so no sandbox, for an architecture nobody has judged', () => {
  expect(() => seccompFilter('riscv64')).toThrow(expect.objectContaining({ code: 'platform-unsupported' }));
});
