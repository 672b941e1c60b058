// Refuses what cannot work, each kind of check in a file of its own.
import type { ProjectSpec } from '../spec.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkLimits } from './check-limits.ts';
import { checkMachine } from './check-machine.ts';
import { checkNames } from './check-names.ts';
import { checkPorts } from './check-ports.ts';
import type { Cursor } from './cursor.ts';
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

export function checkProject(input: CheckInput, at: Cursor): void {
  checkNames(input, at);
  checkDependencies(input, at);
  checkPorts(input, at);
  for (const service of Object.values(input.project.services)) checkLimits(service, at.in('services', service.name));
  checkMachine(input, at);
}
