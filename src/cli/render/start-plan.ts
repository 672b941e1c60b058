import type { ServiceSpec } from '../../spec.ts';
import type { Paint } from '../screen.ts';
import { renderTable } from './table.ts';

/** `up --dry-run`: what would start, in which order, after what. */
export function renderStartPlan(
  services: readonly ServiceSpec[],
  options: { readonly columns: number | null; readonly paint: Paint },
): string {
  const cells = (cellOf: (service: ServiceSpec, at: number) => string) => services.map((service, at) => cellOf(service, at) || '-');
  return renderTable(
    [
      { title: '#', cells: cells((_, at) => String(at + 1)), align: 'right' },
      { title: 'SERVICE', cells: cells((s) => s.name), paintCell: options.paint.bold },
      { title: 'TYPE', cells: cells((s) => s.type), dropsAt: 2 },
      {
        title: 'AFTER',
        cells: cells((s) =>
          Object.entries(s.dependsOn)
            .map(([name, { condition }]) => `${name} (${condition})`)
            .join(', '),
        ),
      },
      {
        title: 'PORTS',
        cells: cells((s) =>
          Object.entries(s.ports)
            .map(([name, port]) => `${name}=${port === 0 ? 'auto' : port}`)
            .join(','),
        ),
      },
      { title: 'PROFILES', cells: cells((s) => s.profiles.join(',')), dropsAt: 1 },
      { title: 'COMMAND', cells: cells((s) => s.command.join(' ')), shrinksTo: 20 },
    ],
    { columns: options.columns, paintTitle: options.paint.dim },
  );
}
