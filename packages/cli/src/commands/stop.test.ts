import { expect, test } from 'vitest';
import { digestOf, type StopView } from '@duovir/protocol';
import { renderLine } from '../progress/line.ts';
import { recordTerminal } from '../terminal/recorder.fixture.ts';
import { describeStops } from './stop.ts';

const statement: StopView['stops'][number]['statement'] = {
  payload: '',
  payloadType: 'application/vnd.in-toto+json',
  signatures: [{ keyid: 'ann/0', sig: '' }],
};
const stop = { digest: digestOf('stop'), person: 'ann', halt: false, since: '2026-01-01T00:00:00.000Z', statement };

function shown(view: Pick<StopView, 'stops' | 'runner'>): string {
  const terminal = recordTerminal({ columns: 160, styled: true });
  const lines = describeStops({ ...view, trustPolicy: digestOf('policy') });
  return lines.map((line) => renderLine(terminal, line)).join('');
}

test('who has stopped and why is told, and that nothing in the reason moves the cursor', () => {
  const text = shown({ stops: [{ ...stop, reason: 'Disks are \u001b[2Jbeing wiped' }], runner: 'stopped' });
  expect(text).toContain('ann has stopped everything');
  expect(text).toContain('Disks are being wiped');
  expect(text).not.toContain('\u001b');
  expect(text).toContain('<quiet:the runner refuses every permit>');
});

test('a runner that has not been told yet is a warning', () => {
  const text = shown({ stops: [{ ...stop, reason: 'x' }], runner: 'unreachable' });
  expect(text).toMatch(/<warn:the runner does not answer/);
});

test('a stop that only the runner knows is not shown as nothing', () => {
  expect(shown({ stops: [], runner: 'open' })).toContain('Nothing is stopped');
  expect(shown({ stops: [], runner: 'stopped' })).not.toContain('Nothing is stopped');
});
