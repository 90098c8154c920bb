import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parsePeriod } from './period.ts';

test('a moment is what it says, in UTC', () => {
  expect(parsePeriod({ from: '2026-03-01T00:00:00Z', to: '2026-03-31T23:30:00+02:00' })).toEqual({
    from: '2026-03-01T00:00:00.000Z',
    to: '2026-03-31T21:30:00.000Z',
  });
  expect(parsePeriod({})).toEqual({ from: null, to: null });
});

test('days are those of the time zone, whole, also where the clocks change', () => {
  const said = execFileSync(
    process.execPath,
    [
      '-e',
      `import(${JSON.stringify(new URL('period.ts', import.meta.url).href)}).then(({ parsePeriod }) =>
      console.log(JSON.stringify(parsePeriod({ from: '2026-03-29', to: '2026-03-29' }))))`,
    ],
    { env: { TZ: 'Europe/Berlin' }, encoding: 'utf8' },
  );
  expect(JSON.parse(said)).toEqual({ from: '2026-03-28T23:00:00.000Z', to: '2026-03-29T22:00:00.000Z' });
});

test.each([
  [{ from: 'yesterday' }],
  [{ from: '2026-02-30' }],
  [{ from: '2026-02-30T10:00:00Z' }],
  [{ to: '2026-13-01' }],
  [{ to: '31.03.2026' }],
  [{ to: '2026-03-31T25:00:00Z' }],
  [{ from: '2026-03-02', to: '2026-03-01' }],
])('what is no period is refused: %j', (given) => {
  expect(() => parsePeriod(given)).toThrow(expect.objectContaining({ code: 'usage' }));
});
