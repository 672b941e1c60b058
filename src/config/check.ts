// Refuses what cannot work, each kind of check in a file of its own.
import { checkDependencies } from './check-dependencies.ts';
import type { CheckInput } from './check-input.ts';
import { checkInstances } from './check-instances.ts';
import { checkLimits } from './check-limits.ts';
import { checkMachine } from './check-machine.ts';
import { checkNames } from './check-names.ts';
import { checkPorts } from './check-ports.ts';
import { checkSchedules } from './check-schedules.ts';
import { checkSockets } from './check-sockets.ts';
import type { Cursor } from './cursor.ts';

export function checkProject(input: CheckInput, at: Cursor): void {
  checkNames(input, at);
  checkDependencies(input, at);
  checkPorts(input, at);
  checkSockets(input, at);
  for (const service of Object.values(input.project.services)) {
    checkLimits(service, at.in('services', service.name));
    checkSchedules(service, at.in('services', service.name));
    checkInstances(service, at.in('services', service.name));
  }
  checkMachine(input, at);
}
