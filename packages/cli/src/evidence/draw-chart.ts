import type { Chart, DrawnChart } from '@duovir/ledger';
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);

const FAR = 4;
const WIDTH = 960;
const HEIGHT = 300;
/** Readable on white and on black. */
const QUIET = '#7d8590';
const LINE = '#8b949e55';

/** What words mean is shown by the same colour everywhere; the others take the next of the row. */
const MEANING: Readonly<Record<string, string>> = {
  succeeded: '#2f9e62',
  approve: '#2f9e62',
  carried: '#2f9e62',
  undone: '#d9982b',
  referred: '#d9982b',
  cancelled: '#8b949e',
  abstain: '#8b949e',
  rejected: '#c2603f',
  reject: '#c2603f',
  failed: '#c9373f',
  open: '#4c86c6',
  R0: '#8b949e',
  R1: '#4c86c6',
  R2: '#d9982b',
  R3: '#c9373f',
};
const ROW = ['#4c86c6', '#2f9e62', '#d9982b', '#8d6fc0', '#c2603f', '#3fa3a8', '#b5628f', '#8b949e'];

/** Draws without a browser: the page that shows it needs no script. */
export function drawChart({ name, title, unit, categories, series, limit }: Chart): DrawnChart {
  const highest = Math.max(
    ...categories.map((_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0)),
  );
  // Beside a limit that is far away there would be nothing to see of what was spent.
  const isNear = limit !== null && limit.value <= FAR * highest;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: 'transparent',
      color: series.map(({ name: one }, at) => MEANING[one] ?? ROW[at % ROW.length] ?? QUIET),
      grid: { left: 8, right: 16, top: 40, bottom: 8 },
      legend: { top: 0, right: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: QUIET } },
      xAxis: {
        type: 'category',
        data: [...categories],
        axisLabel: { color: QUIET, hideOverlap: true },
        axisLine: { lineStyle: { color: QUIET } },
        axisTick: { show: false },
      },
      yAxis: {
        type: 'value',
        name: limit ? `${unit}, ${limit.name}: ${limit.value}` : unit,
        ...(isNear ? { max: (axis: { readonly max: number }) => Math.max(axis.max, limit.value) } : {}),
        nameTextStyle: { color: QUIET, align: 'left', padding: [0, 0, 4, -24] },
        minInterval: unit === 'USD' ? 0 : 1,
        axisLabel: { color: QUIET },
        splitLine: { lineStyle: { color: LINE } },
      },
      series: series.map(({ name: one, values }, at) => ({
        type: 'bar',
        name: one,
        stack: 'all',
        barMaxWidth: 42,
        data: [...values],
        ...(isNear && at === 0 ? { markLine: limitLine(limit) } : {}),
      })),
    });
    return { name, title, svg: still(chart.renderToSVGString(), name) };
  } finally {
    chart.dispose();
  }
}

function limitLine({ name, value }: NonNullable<Chart['limit']>): object {
  return {
    symbol: 'none',
    silent: true,
    lineStyle: { color: '#c9373f', type: 'dashed' },
    label: { formatter: name, color: QUIET, position: 'insideEndTop' },
    data: [{ yAxis: value }],
  };
}

/** Without what would only be of use under a pointer: it is numbered through, so that no picture would be drawn twice the same. */
function still(svg: string, name: string): string {
  return svg
    .replace(/<style[\s>][\s\S]*?<\/style>/g, '')
    .replaceAll(/ (?:class|ecmeta_[a-z_]+|pointer-events)="[^"]*"/g, '')
    .replaceAll(/\bzr\d+-/g, `${name}-`);
}
