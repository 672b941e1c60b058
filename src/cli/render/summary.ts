import type { ServiceSnapshot } from '../../control/protocol.ts';
import { printable } from './text-width.ts';

/** `server, mitm ready; migrate completed` and a line for each output, such as a tunnel's URL. */
export function summarizeServices(services: readonly ServiceSnapshot[]): string {
  if (services.length === 0) return 'nothing to do';
  const labels = [...new Set(services.map(labelOf))];
  const parts = labels.map(
    (label) => `${listNames(services.filter((service) => labelOf(service) === label).map(({ name }) => name))} ${label}`,
  );
  const outputs = services.flatMap((service) =>
    Object.entries(service.outputs).map(([name, value]) => `${service.name} ${name}: ${printable(value)}`),
  );
  return [parts.join('; '), ...outputs].join('\n');
}

function labelOf({ state, enabled }: ServiceSnapshot): string {
  return state === 'waiting' && !enabled ? 'disabled' : state;
}

const MAX_NAMES = 8;

export function listNames(names: readonly string[]): string {
  return names.length <= MAX_NAMES
    ? names.join(', ')
    : `${names.slice(0, MAX_NAMES - 1).join(', ')} and ${names.length - MAX_NAMES + 1} more`;
}
