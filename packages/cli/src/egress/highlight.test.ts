import { expect, test } from 'vitest';
import { recordTerminal } from '../terminal/recorder.fixture.ts';
import { highlightPlaceholders } from './highlight.ts';

test('placeholders are marked, and nothing in what is shown moves the cursor', () => {
  const terminal = recordTerminal({ styled: true });
  expect(
    highlightPlaceholders(terminal, 'use ZQX_SECRET_1_0A1B2C3D on h2-0a1b2c3d.zqx.invalid\n\u001b[2Jdone'),
  ).toEqual(['use <accent:ZQX_SECRET_1_0A1B2C3D> on <accent:h2-0a1b2c3d.zqx.invalid>', 'done']);
});
