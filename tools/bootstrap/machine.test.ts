import { expect, test } from 'vitest';
import { checkMachine } from './machine.mjs';

const machine = (platform: string, arch: string, node: string) => () => {
  checkMachine({ platform, arch, versions: { node } });
};

test.for([
  ['x64', '20.19.0'],
  ['arm64', '24.21.0'],
])('Linux on %s with Node %s will do', ([arch, node]) => {
  expect(machine('linux', arch as string, node as string)).not.toThrow();
});

test.for([
  ['darwin', 'arm64', '24.0.0', /Linux/],
  ['linux', 'ia32', '24.0.0', /Linux on x64 or arm64/],
  ['linux', 'x64', '20.18.9', /Node 20\.19/],
  ['linux', 'x64', '18.20.0', /Node 20\.19/],
] as const)('%s on %s with Node %s is refused with what is needed', ([platform, arch, node, message]) => {
  expect(machine(platform, arch, node)).toThrow(message);
});
