import { declaredName } from '../service-name.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { LoadedProject } from './load.ts';

/** What these services lack before they can start: missing programs, folders, variables. Warnings of `loaded` as long as nobody asks for them. */
export function problemsOfServices(loaded: LoadedProject, names: readonly string[]): Diagnostic[] {
  const { services } = loaded.project;
  // One that is disabled starts as little as one that nobody asked for.
  const declared = new Set(names.map(declaredName).filter((name) => services[name]?.enabled !== false));
  return loaded.warnings
    .filter(({ code, service }) => PREREQUISITES.has(code) && service !== null && declared.has(service))
    .map((warning) => ({ ...warning, severity: 'error' as const }));
}

const PREREQUISITES: ReadonlySet<string> = new Set(['missing-executable', 'missing-folder', 'missing-env-file', 'unset-variable']);
