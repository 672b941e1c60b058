import type { WhyReport } from '../../control/protocol.ts';
import type { Paint } from '../screen.ts';
import { formatClock, formatInstant } from './humanize.ts';
import { paintState } from './state-color.ts';
import { printable } from './text-width.ts';

const DAY_MS = 86_400_000;

/** The chain of causes, the newest first; each after the first is what the one above it came from. */
export function renderWhy(report: WhyReport, options: { readonly nowMs: number; readonly paint: Paint }): string {
  const { nowMs, paint } = options;
  const lines = [`${paint.bold(report.service)} is ${paintState(paint, report.state, report.state)}`];
  report.chain.forEach((link, at) => {
    const when = link.at === null ? '' : nowMs - link.at < DAY_MS ? formatClock(link.at) : formatInstant(link.at);
    const place = link.place === null ? '' : `  ${paint.cyan(printable(link.place))}`;
    lines.push(`  ${at === 0 ? '  ' : '← '}${paint.dim(when.padEnd(12))}  ${printable(link.text)}${place}`);
  });
  if (report.chain.length === 0) lines.push('    nothing to explain: it never left this state');
  if (report.crashReport !== null) lines.push(`  crash report: ${report.crashReport}`);
  return `${lines.join('\n')}\n`;
}
