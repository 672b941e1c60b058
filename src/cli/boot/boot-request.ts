// What a service manager has to know to start a project at boot.
import type { Hook, ProjectSpec } from '../../spec.ts';

export type BootScope = 'user' | 'system';

export interface BootRequest {
  readonly scope: BootScope;
  /** Of the project. */
  readonly name: string;
  readonly dir: string;
  /** argv that runs it in the foreground. */
  readonly command: readonly string[];
  /** Where services find their programs: at boot there is no shell that would have set it. */
  readonly path: string;
  /** As whom a system service runs; null: as root. */
  readonly user: string | null;
  readonly stopTimeoutMs: number;
}

/** Beyond what the services may take: for the supervisor itself, and for the forced end of the last of them. */
const MARGIN_MS = 15_000;

/** The longest that `down` can take, were every service stopped after the other and none in time. */
export function stopTimeoutMs({ services }: ProjectSpec): number {
  const timeout = (hook: Hook | undefined): number => hook?.timeoutMs ?? 0;
  const ofServices = Object.values(services).map(
    ({ stop, hooks }) => stop.gracePeriodMs * (stop.command === null ? 1 : 2) + timeout(hooks.pre_stop) + timeout(hooks.post_exit),
  );
  return MARGIN_MS + ofServices.reduce((sum, ms) => sum + ms, 0);
}
