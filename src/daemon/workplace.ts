// Where a project keeps its things on disk.
import { createHash } from 'node:crypto';
import type { RuntimeFolder } from '../control/socket-path.ts';
import type { LogStream } from '../spec.ts';

export interface Workplace {
  readonly project: string;
  readonly dir: string;
  readonly stateDir: string;
  /** For sockets and pipes; gone after a reboot. Another one where it was lost meanwhile. */
  runtime: RuntimeFolder;
}

/** A service's folder: log, crash reports, `.pid`. Names with `/` are nested folders. */
export function serviceFolder({ stateDir }: Workplace, service: string): string {
  return `${stateDir}/${service}`;
}

/** Of the pipe, or the socket, at which it announces itself. */
export function notifyPath(place: Workplace, service: string): string {
  return fifoPaths(place, service).out.replace(/out$/, 'notify');
}

export function fifoPaths(place: Workplace, service: string): Record<LogStream, string> {
  return fifosOf(place, pipeStem(service));
}

/** Where they are now, by what their names begin with. */
export function fifosOf({ runtime: { folder } }: Workplace, stem: string): Record<LogStream, string> {
  return { out: `${folder}/${stem}.out`, err: `${folder}/${stem}.err` };
}

/** Named after the service where that keeps apart; two names that differ by `/` alone must not share a pipe. */
export function pipeStem(service: string): string {
  const hash = createHash('sha256').update(service).digest('hex').slice(0, 8);
  return `${service.replaceAll('/', '+')}.${hash}`;
}
