import { expect, test } from 'vitest';
import { drawChart } from './draw-chart.ts';

const chart = {
  name: 'changes',
  title: 'Changes by outcome',
  unit: 'changes',
  categories: ['2026-03-01', '2026-03-02'],
  series: [
    { name: 'succeeded', values: [3, 5] },
    { name: 'failed', values: [1, 0] },
  ],
  limit: { name: 'cap of a day', value: 6 },
};

test('a chart is a picture that loads and runs nothing', () => {
  const { svg } = drawChart(chart);
  expect(svg).toMatch(/^<svg /);
  expect(svg).not.toMatch(/<script|<image|<foreignObject|\son\w+=|url\(http/i);
  for (const text of ['succeeded', 'failed', '2026-03-01', 'cap of a day']) expect(svg).toContain(text);
});

test('a limit that is far away is told, and not drawn', () => {
  const { svg } = drawChart({ ...chart, limit: { name: 'cap of a day', value: 600 } });
  expect(svg).toContain('cap of a day: 600');
  expect(svg).not.toContain('>600<');
});

test('the same figures make the same picture', () => {
  expect(drawChart(chart)).toEqual(drawChart(chart));
});

test('what stands in the log is text in a picture, and nothing else', () => {
  const { svg } = drawChart({ ...chart, categories: ['<script>alert(1)</script>', '"><img src=x>'] });
  expect(svg).not.toMatch(/<script|<img/);
});
