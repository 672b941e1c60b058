import type { Diagnostic } from '../config/diagnostic.ts';
import type { LoadedProject } from '../config/load.ts';
import type { ContainmentFailure } from '../process/containment.ts';

/** `contain: cgroup` where that cannot be: with its place, and what to do. */
export function refuseContainment({ places }: LoadedProject, { reason, fix }: ContainmentFailure): Diagnostic {
  const otherwise = 'write `contain: auto` to do without where it must be';
  return {
    severity: 'error',
    code: 'no-cgroup',
    message: `\`contain: cgroup\` cannot be had here: ${reason}`,
    place: places.findInProject('contain'),
    length: 0,
    hint: fix === null ? otherwise : `try \`${fix}\`, or ${otherwise}`,
    excerpt: [],
    service: null,
  };
}
