import type { ActionCall, ActionName, Sink } from '@duovir/protocol';
import type { TextPath } from './texts.ts';

/** Fields of an action, below `with`, that values may be put into. Every other field, of every action, is none. */
const ofFields: Readonly<Record<ActionName, Readonly<Record<string, Sink>>>> = {
  'sandbox.open@1': { hosts: 'host' },
  'sandbox.close@1': {},
  'file.write@1': { content: 'file' },
  'directory.make@1': {},
  'path.remove@1': {},
  'command.run@1': { argv: 'argv', environment: 'environment', stdin: 'stdin' },
  'service.start@1': { argv: 'argv', environment: 'environment' },
  'service.stop@1': {},
  'shell.exec@1': {},
};

/** Where a text of an action goes; undefined where no value may go. The path begins at the action. */
export function sinkInCall({ action }: ActionCall, [part, field]: TextPath): Sink | undefined {
  const fields = ofFields[action];
  return part === 'with' && typeof field === 'string' && Object.hasOwn(fields, field) ? fields[field] : undefined;
}

const probeFields = new Set(['argv', 'environment', 'url', 'address', 'equals', 'includes', 'lines', 'bodies']);

/** The same for a probe: what is asked, and what is expected. Paths and names are never values. */
export function sinkInProbe([part, field]: TextPath): Sink | undefined {
  const asked = part === 'with' || part === 'expect';
  return asked && typeof field === 'string' && probeFields.has(field) ? 'probe' : undefined;
}
