// A chart over time by uPlot, small in a row or with axes; limits are dashed lines.
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { formatClock } from '../cli/render/humanize.ts';
import { colorOf, colorsChanged } from './theme.ts';

export interface Limit {
  readonly value: number;
  readonly color: '--warn' | '--bad';
}

export interface ChartProps {
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** Grows with each sample: the lists above are the same ones. */
  readonly version: number;
  readonly limits: readonly Limit[];
  /** The axis reaches at least to here. */
  readonly atLeast: number;
  readonly color: '--cpu' | '--memory';
  readonly format: (value: number) => string;
  readonly isSmall: boolean;
  readonly label: string;
}

const SMALL = { width: 84, height: 26 };
const FULL_HEIGHT = 150;
/** Steps of the axis: memory is counted in powers of two. */
const STEPS = Array.from({ length: 22 }, (_, n) => 2 ** (n + 20));

export function Chart(props: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const current = useRef(props);
  current.current = props;
  const { isSmall, color, label, version } = props;
  const scheme = colorsChanged.value;
  useEffect(() => {
    const element = host.current as HTMLDivElement;
    const drawn = new uPlot(optionsOf(current, element), dataOf(current.current), element);
    plot.current = drawn;
    const resized = new ResizeObserver(() => !isSmall && drawn.setSize({ width: element.clientWidth, height: FULL_HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      drawn.destroy();
    };
  }, [isSmall, color, scheme]);
  useEffect(() => plot.current?.setData(dataOf(current.current)), [version, props.times]);
  return <div ref={host} class={isSmall ? 'chart small' : 'chart'} role="img" aria-label={label} data-since={props.times[0]} />;
}

function dataOf({ times, values }: ChartProps): uPlot.AlignedData {
  return [times as number[], values as (number | null)[]];
}

function optionsOf(props: { readonly current: ChartProps }, element: HTMLElement): uPlot.Options {
  const { isSmall, color, format } = props.current;
  const line = colorOf(color);
  const axis = {
    stroke: colorOf('--faint'),
    grid: { stroke: colorOf('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui',
  };
  return {
    ...(isSmall ? SMALL : { width: Math.max(200, element.clientWidth), height: FULL_HEIGHT }),
    ...(isSmall && { padding: [2, 0, 2, 0] as uPlot.Padding }),
    legend: { show: false },
    cursor: { show: !isSmall, y: false, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: (_, __, max) => [0, topOf(props.current, max)] } },
    axes: isSmall
      ? [{ show: false }, { show: false }]
      : [
          { ...axis, space: 70, size: 26, values: (_, ticks) => ticks.map((seconds) => formatClock(seconds * 1000).slice(0, 8)) },
          { ...axis, size: 62, space: 36, ...(color === '--memory' && { incrs: STEPS }), values: (_, ticks) => ticks.map(format) },
        ],
    series: [{}, { stroke: line, width: isSmall ? 1.25 : 1.5, fill: colorOf(`${color}-ground`), points: { show: false } }],
    hooks: { draw: [(plot) => props.current.limits.forEach((limit) => void drawLimit(plot, limit))] },
  };
}

function topOf({ limits, atLeast }: ChartProps, max: number | null): number {
  return Math.max(max ?? 0, atLeast, ...limits.map(({ value }) => value)) * 1.08;
}

function drawLimit(plot: uPlot, { value, color }: Limit): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(value, 'y', true));
  ctx.save();
  ctx.strokeStyle = colorOf(color);
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
