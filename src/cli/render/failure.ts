import type { ServiceSnapshot } from '../../control/protocol.ts';
import type { Paint } from '../screen.ts';
import { paintState } from './state-color.ts';
import { printable } from './text-width.ts';

export interface FailureOptions {
  readonly lastLines: readonly string[];
  readonly crashReport: string | null;
  readonly paint: Paint;
}

/** A service that is not where it should be: the reason, its last words, and where the rest is. */
export function renderFailure(service: ServiceSnapshot, { lastLines, crashReport, paint }: FailureOptions): string {
  const reason = service.why === '-' ? '' : `: ${printable(service.why)}`;
  const lines = [`${paint.bold(service.name)} is ${paintState(paint, service.state, service.state)}${reason}`];
  for (const line of lastLines) lines.push(`  ${paint.dim('|')} ${printable(line)}`);
  if (crashReport !== null) lines.push(`  crash report: ${crashReport}`);
  if (!service.enabled) lines.push(`  let it run again: omniroute enable ${service.name}`);
  lines.push(paint.dim(`  more: omniroute why ${service.name}, omniroute logs ${service.name}`));
  return `${lines.join('\n')}\n`;
}
