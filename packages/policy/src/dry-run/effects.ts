import { plainText, type ActionCall, type Step } from '@duovir/protocol';

const MAX_EFFECTS = 32;
const MAX_LENGTH = 200;

/** What a step would do and how it would be undone, one sentence each, from its exact bytes: nothing is executed. */
export function effectsOf({ call, compensate }: Step): string[] {
  const undo =
    compensate.kind === 'action'
      ? effectsOfCall(compensate.call).map((effect) => `undo: ${effect}`)
      : [`no undo: ${compensate.reason}`];
  return [...effectsOfCall(call), ...undo]
    .slice(0, MAX_EFFECTS)
    .map((effect) => plainText(effect).slice(0, MAX_LENGTH));
}

function effectsOfCall(call: ActionCall): string[] {
  switch (call.action) {
    case 'sandbox.open@1': {
      const { hosts, limits, occupiedPorts } = call.with;
      const names = Object.entries(hosts).map(([name, address]) => `${name} at ${address}`);
      const taken = occupiedPorts.map((port) => `takes port ${port} for the rehearsal`);
      return [
        `opens a sandbox with ${names.join(', ') || 'no host names'}`,
        `limits ${limits.memoryBytes} bytes of memory, ${limits.processes} processes, ${limits.cpuPercent} % of a core`,
        ...taken,
      ];
    }
    case 'sandbox.close@1':
      return ['closes the sandbox and ends everything in it'];
    case 'file.write@1':
      return [`writes ${call.with.path}, ${Buffer.byteLength(call.with.content)} bytes, mode ${call.with.mode}`];
    case 'directory.make@1':
      return [`makes the folder ${call.with.path}, mode ${call.with.mode}`];
    case 'path.remove@1':
      return [`removes ${call.with.path} and all below it`];
    case 'command.run@1':
      return [`runs ${call.with.argv.join(' ')}`];
    case 'service.start@1': {
      const { name, argv, ready } = call.with;
      return [`starts the service ${name}: ${argv.join(' ')}`, `listens on ${ready.address}:${ready.port}`];
    }
    case 'service.stop@1':
      return [`stops the service ${call.with.name} by ${call.with.signal}`];
    case 'shell.exec@1':
      return [`runs ${Buffer.byteLength(call.with.script)} bytes of shell text`];
  }
}
