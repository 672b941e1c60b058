import { writeCrashReport } from '../logs/crash-report.ts';
import { describeExit } from '../supervisor/cause.ts';
import type { Effect } from '../supervisor/effect.ts';
import { describeCause } from '../supervisor/explain.ts';
import { serviceFolder, type Workplace } from './workplace.ts';

/** Reports kept per service. */
const KEEP = 20;

/** Writes the report of a crash beside the service's log. A full disk loses the report, never the supervision. */
export function saveCrashReport(place: Workplace, { service, report }: Extract<Effect, { type: 'write-crash-report' }>): void {
  const header = {
    service,
    run: String(report.run),
    cause: describeCause(report.cause, null, report.exit),
    exit: report.exit ? describeExit(report.exit) : 'unknown',
    uptime: `${(report.uptimeMs / 1000).toFixed(3)}s`,
    memory: report.rssBytes === null ? 'not measured' : `${Math.round(report.rssBytes / 1048576)} MiB`,
    attempts: String(report.attempt),
    restarts: String(report.restarts),
    outcome: report.outcome,
  };
  try {
    writeCrashReport(serviceFolder(place, service), header, report.run, Date.now(), KEEP);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
  }
}
