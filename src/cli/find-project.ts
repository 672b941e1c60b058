import { type LocatedProject, locateProject } from '../library/locate-project.ts';
import type { Refusal } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { tellFailure } from './tell-failure.ts';

/** The project of this invocation, whether or not it runs. */
export async function findProject(invocation: Invocation): Promise<LocatedProject | Refusal> {
  const located = await locateProject(invocation);
  return located.ok ? located : tellFailure(invocation, located);
}
