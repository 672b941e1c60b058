// The schema's verdict on the whole project: every key known, every value of its kind, defaults filled in.
import validate, { type SchemaError } from 'omniroute:schema-validator';
import type { FilledProjectFile } from './filled-file.ts';
import type { Problems } from './problems.ts';
import { describeSchemaError } from './schema-error.ts';
import { descend, locate, type MapNode, type Path, toPlain } from './tree.ts';

/** The file as plain data, defaults filled in; null where so much is wrong outside of services that nothing can be made of it. */
export function checkSchema(root: MapNode, problems: Problems): FilledProjectFile | null {
  const file = toPlain(root) as FilledProjectFile;
  if (validate(file)) return file;
  let usable = true;
  for (const error of validate.errors ?? []) {
    const path = parsePointer(error.instancePath, root);
    const node = descend(root, path);
    // What could not be filled in is told already, or is a port whose number is chosen at the start.
    if (error.keyword === 'if' || error.propertyName !== undefined || (node?.kind === 'scalar' && node.provisional)) continue;
    report(root, path, error, problems);
    // A key that nobody knows, and a name that cannot be, hurt nothing else.
    if (error.keyword === 'additionalProperties' || error.keyword === 'propertyNames') continue;
    if (path[0] !== 'services' || path.length === 1) usable = false;
  }
  return usable ? file : null;
}

function report(root: MapNode, path: Path, error: SchemaError, problems: Problems): void {
  const { at, ...problem } = describeSchemaError(error, path);
  const found = locate(root, at.key === undefined ? path : [...path, at.key]);
  problems.add(at.mark === 'key' ? found.key : found.value, {
    ...problem,
    service: path[0] === 'services' ? String(path[1] ?? '') || null : null,
  });
}

// Keys may look like numbers and indexes do: what the tree has decides.
function parsePointer(pointer: string, root: MapNode): Path {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.map((step, index) => (descend(root, steps.slice(0, index))?.kind === 'list' ? Number(step) : step));
}
