// compose.yaml: the services that run on this machine as they are, without a container.
import type { Tree } from '../../config/tree.ts';
import { addDependencies, type Wait } from '../dependencies.ts';
import type { Draft } from '../draft.ts';
import { Field, meaningless, type Rules, WHOLE, without } from '../field.ts';
import type { Surroundings } from '../surroundings.ts';
import { addService } from './service.ts';

const OF_CONTAINERS = 'it is of containers, and services run on this machine itself';

export function readCompose(root: Tree, draft: Draft, { hasFile }: Surroundings): void {
  const file = new Field(WHOLE, { key: root.span, node: root }, { problems: draft.problems, service: null });
  // Compose fills in variables from a .env beside its file.
  if (hasFile('.env')) draft.project.env_file = [{ path: '.env', required: false }];
  const rules: Rules = {
    version: meaningless,
    services: meaningless,
    name: (field) => {
      draft.project.name = field.text() ?? '';
    },
    include: without('it is another file', 'import it too, and name it in `include`'),
    models: without(OF_CONTAINERS),
    ...Object.fromEntries(['networks', 'volumes', 'secrets', 'configs'].map((name) => [name, without(OF_CONTAINERS)])),
  };
  file.follow(rules, 'a compose file');
  const services = file.field('services');
  if (services === undefined)
    draft.problems.add(root.span, { code: 'missing-key', message: 'the file has no `services`', hint: 'is it a compose file?' });
  const waits: Wait[] = [];
  const given = services?.fields() ?? [];
  const names = given.map(({ name }) => name);
  for (const service of given) addService(service, draft, { names, waits });
  addDependencies(waits, draft);
}
