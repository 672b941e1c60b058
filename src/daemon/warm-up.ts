import { growDescriptorTable } from '../process/descriptor-table.ts';
import { withUnrecorded } from './unrecorded.ts';

/**
 * While another process reads the project file there is nothing to do in this one: what comes next is loaded, and compiled by being run
 * once. For no project, of which nothing is found.
 */
export async function warmUp(): Promise<void> {
  const growing = growDescriptorTable();
  // To hash names, to serve the API, and what Node loads before it listens anywhere.
  await Promise.all([import('node:crypto'), import('node:http'), import('node:cluster')]);
  withUnrecorded([], '/');
  await growing;
}
