// The Dockerfiles of an export, and the list of secrets that it leaves out.

import type { Container } from './container.ts';
import { within } from './container.ts';
import { writeDockerfile, writeDockerignore } from './dockerfile.ts';
import type { ExportRequest } from './exported.ts';
import { secretVariable } from './secret-variable.ts';

export function writeImageFiles(containers: readonly Container[], request: ExportRequest): Record<string, string> {
  const { project } = request;
  const files: Record<string, string> = {};
  for (const name of new Set(containers.flatMap(({ dockerfile }) => dockerfile ?? []))) {
    const ofFile = containers.filter(({ dockerfile }) => dockerfile === name);
    const folder = within(ofFile[0]?.service.cwd ?? '', project.dir) ?? '';
    const stateDirs = ofFile.flatMap(({ stateDir }) => stateDir ?? []);
    files[name] = writeDockerfile({ name: ofFile[0]?.image ?? '', dockerfile: name, folder, stateDirs }, request);
    files[`${name}.dockerignore`] = writeDockerignore(within(project.stateDir, project.dir));
  }
  return files;
}

/** `NAME=` lines to be filled in; nothing where there is no secret. */
export function writeSecretsFile(path: string, containers: readonly { readonly secretNames: readonly string[] }[]): Record<string, string> {
  const names = [...new Set(containers.flatMap(({ secretNames }) => secretNames.map(secretVariable)))].sort();
  return names.length === 0 ? {} : { [path]: `${names.map((name) => `${name}=`).join('\n')}\n` };
}
