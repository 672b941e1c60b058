import type { ServiceSnapshot } from '../control/protocol.ts';
import { layOutGraph, type Spot } from './graph-layout.ts';
import { TONES } from './state-badge.tsx';

const BOX = { width: 148, height: 34 };
const GAP = { x: 52, y: 14 };
const MARGIN = 8;
const MAX_NAME = 17;

interface DependencyGraphProps {
  readonly services: readonly ServiceSnapshot[];
  readonly selected: string | null;
}

export function DependencyGraph({ services, selected }: DependencyGraphProps) {
  const { boxes, edges } = layOutGraph(services);
  const spots = [...boxes.values(), ...edges.flatMap(({ through }) => through)];
  const width = 2 * MARGIN + Math.max(...spots.map((spot) => xOf(spot) + BOX.width));
  const height = 2 * MARGIN + Math.max(...spots.map((spot) => yOf(spot) + BOX.height));
  return (
    <section class="card graph" aria-label="dependencies">
      <h3>dependencies</h3>
      <div class="scroll">
        <svg width={width} height={height} viewBox={`${-MARGIN} ${-MARGIN} ${width} ${height}`} role="img" aria-label={describe(services)}>
          {edges.map(({ from, to, through }) => {
            const isNear = selected === null || selected === from || selected === to;
            const way = [boxes.get(from) as Spot, ...through, boxes.get(to) as Spot];
            return <path key={`${from} ${to}`} class={isNear ? 'edge' : 'edge far'} d={edgePath(way)} />;
          })}
          {services.map(({ name, state }) => {
            const node = boxes.get(name) as Spot;
            return (
              <a
                key={name}
                href={`#services/${encodeURIComponent(name)}`}
                class={`node ${TONES[state]}${name === selected ? ' selected' : ''}`}
              >
                <title>{`${name}: ${state}`}</title>
                <rect x={xOf(node)} y={yOf(node)} width={BOX.width} height={BOX.height} rx="8" />
                <circle cx={xOf(node) + 16} cy={middleOf(node)} r="4" />
                <text x={xOf(node) + 29} y={middleOf(node) + 4}>
                  {name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name}
                </text>
              </a>
            );
          })}
        </svg>
      </div>
    </section>
  );
}

function describe(services: readonly ServiceSnapshot[]): string {
  return services
    .filter(({ dependsOn }) => dependsOn.length > 0)
    .map(({ name, dependsOn }) => `${name} depends on ${dependsOn.join(', ')}`)
    .join('; ');
}

/** Out of the first box, straight through the columns that are passed, into the last. */
function edgePath(way: readonly Spot[]): string {
  return way.slice(1).reduce(
    (path, spot, n) => {
      const before = way[n] as Spot;
      const [x1, y1, x2, y2] = [xOf(before) + BOX.width, middleOf(before), xOf(spot), middleOf(spot)];
      const bend = (x2 - x1) / 2;
      const isEnd = n === way.length - 2;
      return `${path}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}${isEnd ? '' : `H${x2 + BOX.width}`}`;
    },
    `M${xOf(way[0] as Spot) + BOX.width} ${middleOf(way[0] as Spot)}`,
  );
}

function middleOf(spot: Spot): number {
  return yOf(spot) + BOX.height / 2;
}

function xOf({ column }: Spot): number {
  return column * (BOX.width + GAP.x);
}

function yOf({ row }: Spot): number {
  return row * (BOX.height + GAP.y);
}
