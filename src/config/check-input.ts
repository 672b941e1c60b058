import type { ProjectSpec } from '../spec.ts';
import type { FilledProjectFile } from './filled-file.ts';

export interface CheckInput {
  /** Without the services that have mistakes already. */
  readonly project: ProjectSpec;
  /** With the names of all services. */
  readonly file: FilledProjectFile;
  /** PATH of omniroute's own environment. */
  readonly searchPath: string | undefined;
  /** Services that do not start by default: what they lack is a warning. */
  readonly onRequest: ReadonlySet<string>;
}
