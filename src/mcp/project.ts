import { createClient } from '../library/client.ts';
import { unwrap } from '../library/failure.ts';
import { locateProject } from '../library/locate-project.ts';
import type { Surroundings } from '../library/project-files.ts';
import { type McpOptions, serveMcp } from './server.ts';

/** Serves the tools for the project of these surroundings, which need not be there yet. */
export function serveProject({ files, env, cwd }: Surroundings, options: Omit<McpOptions, 'open'>): Promise<void> {
  const surroundings = { files, env, cwd };
  return serveMcp({ ...options, open: async () => createClient(unwrap(await locateProject(surroundings)), surroundings, 'mcp') });
}
