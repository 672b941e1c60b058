import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LocatedProject } from './locate-project.ts';
import type { Surroundings } from './project-files.ts';

/** Service → folder of its log: whatever has logged, also services that the file no longer has. */
export function findLogFolders(project: LocatedProject): ReadonlyMap<string, string> {
  return new Map(listLogged(project.stateDir, '').map((name) => [name, join(project.stateDir, name)]));
}

/** And the services of the file that have not logged yet; a file that does not load has none. */
export async function withDeclared(
  { files, stateDir }: LocatedProject,
  env: Surroundings['env'],
  logged: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const { readProject } = await import('./read-project.ts');
  const { expandInstances } = await import('../config/instances.ts');
  const read = readProject(files, env);
  const declared = read.ok ? Object.keys(expandInstances(read.loaded.project).services) : [];
  return new Map([...declared.map((name) => [name, join(stateDir, name)] as const), ...logged]);
}

/** Names may contain `/`: folders within folders. `supervisor` is omniroute's own log. */
function listLogged(stateDir: string, prefix: string): string[] {
  const folder = join(stateDir, prefix);
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  return entries.flatMap((entry) => {
    if (!entry.isDirectory() || entry.name === 'crashes' || (prefix === '' && entry.name === 'supervisor')) return [];
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    return [...(existsSync(join(folder, entry.name, 'log.idx')) ? [name] : []), ...listLogged(stateDir, name)];
  });
}
