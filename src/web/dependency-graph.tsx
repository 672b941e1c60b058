import type { ServiceSnapshot } from '../control/protocol.ts';
import { layOutGraph, type PlacedNode } from './graph-layout.ts';
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
  const placed = new Map(layOutGraph(services).map((node) => [node.name, node]));
  const nodes = [...placed.values()];
  const width = 2 * MARGIN + Math.max(...nodes.map((node) => xOf(node) + BOX.width));
  const height = 2 * MARGIN + Math.max(...nodes.map((node) => yOf(node) + BOX.height));
  return (
    <section class="card graph" aria-label="dependencies">
      <h3>dependencies</h3>
      <div class="scroll">
        <svg width={width} height={height} viewBox={`${-MARGIN} ${-MARGIN} ${width} ${height}`} role="img" aria-label={describe(services)}>
          {services.flatMap(({ name, dependsOn }) =>
            dependsOn.map((needed) => {
              const from = placed.get(needed);
              const to = placed.get(name);
              const isNear = selected === null || selected === needed || selected === name;
              return from && to && <path key={`${needed} ${name}`} class={isNear ? 'edge' : 'edge far'} d={edgePath(from, to)} />;
            }),
          )}
          {services.map(({ name, state }) => {
            const node = placed.get(name) as PlacedNode;
            return (
              <a
                key={name}
                href={`#services/${encodeURIComponent(name)}`}
                class={`node ${TONES[state]}${name === selected ? ' selected' : ''}`}
              >
                <title>{`${name}: ${state}`}</title>
                <rect x={xOf(node)} y={yOf(node)} width={BOX.width} height={BOX.height} rx="8" />
                <circle cx={xOf(node) + 16} cy={yOf(node) + BOX.height / 2} r="4" />
                <text x={xOf(node) + 29} y={yOf(node) + BOX.height / 2 + 4}>
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

function edgePath(from: PlacedNode, to: PlacedNode): string {
  const [x1, y1, x2, y2] = [xOf(from) + BOX.width, yOf(from) + BOX.height / 2, xOf(to), yOf(to) + BOX.height / 2];
  const bend = Math.max(20, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

function xOf({ column }: PlacedNode): number {
  return column * (BOX.width + GAP.x);
}

function yOf({ row }: PlacedNode): number {
  return row * (BOX.height + GAP.y);
}
