import type { DaemonOptions } from '../../daemon/options.ts';

/** What `up` was asked for, as the daemon takes it. */
export interface UpRequest extends Omit<DaemonOptions, 'bin' | 'files' | 'listen' | 'loader' | 'mode' | 'observer'> {
  /** Absolute; the first is the main one. */
  readonly files: readonly [string, ...string[]];
  readonly listen: { readonly host: string; readonly port: number } | null;
}
