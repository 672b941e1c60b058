// Who waits for whom: known only when every service of the source has been read.
import type { DependencyFile } from '../config/file.ts';
import { didYouMean } from '../config/suggestion.ts';
import type { Draft } from './draft.ts';
import type { Field } from './field.ts';

/** In the names of the source. */
export interface Wait {
  readonly service: string;
  readonly target: string;
  readonly dependency: DependencyFile;
  readonly field: Field;
}

export function addDependencies(waits: readonly Wait[], draft: Draft): void {
  for (const wait of waits) addDependency(wait, draft);
}

function addDependency({ service, target, dependency, field }: Wait, draft: Draft): void {
  const targets = draft.namesOf(target);
  if (targets === undefined) return unknownTarget(target, field, draft);
  if (targets.length === 0) return field.lost(`\`${target}\` is none of omniroute's services`, 'start it before `omniroute up`');
  for (const name of targets) {
    const keys = draft.services.get(name)?.keys;
    // What is waited for to complete is meant to.
    if (keys && dependency.condition === 'completed') keys.type = 'job';
  }
  for (const name of draft.namesOf(service) ?? []) {
    const keys = draft.services.get(name)?.keys;
    if (keys) keys.depends_on = { ...keys.depends_on, ...Object.fromEntries(targets.map((each) => [each, { ...dependency }])) };
  }
}

function unknownTarget(target: string, field: Field, draft: Draft): void {
  draft.problems.add(field.node.kind === 'scalar' ? field.node.span : field.key, {
    code: 'unknown-service',
    message: `there is no \`${target}\` in this file${didYouMean(target, [...draft.services.keys()])}`,
  });
}
