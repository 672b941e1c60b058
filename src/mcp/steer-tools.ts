// Tools that change what runs.
import { DEFAULT_TIMEOUT_SECONDS, summarize, writeJson } from './look-tools.ts';
import { argumentsOf, defineTool, SERVICES } from './tool.ts';

export const restart = defineTool<{ readonly services: readonly string[]; readonly timeout_seconds?: number }>({
  name: 'restart',
  title: 'Restart services',
  description:
    'Stops services, makes sure that all their processes are gone, starts them again, and answers when they are ready; else with what is wrong and what they printed last. Starts one that had given up with fresh counts. Not needed after an edit of the project file: use `reload`.',
  input: argumentsOf(
    {
      services: { ...SERVICES, minItems: 1 },
      timeout_seconds: {
        type: 'number',
        exclusiveMinimum: 0,
        maximum: 600,
        description: 'Of the wait until they are ready. Default: 50.',
      },
    },
    ['services'],
  ),
  changes: true,
  run: async (client, { services, timeout_seconds = DEFAULT_TIMEOUT_SECONDS }) =>
    writeJson((await client.restart(services, { timeoutMs: timeout_seconds * 1000 })).map(summarize)),
});

export const reload = defineTool({
  name: 'reload',
  title: 'Apply the project file',
  description:
    'Applies what changed in the project file; services whose declaration is equal keep their process. A file with mistakes changes nothing and is answered with all of them. A change that makes a service fail is rolled back: look with `wait` and `list` afterwards. `plan` shows beforehand what it would do.',
  input: argumentsOf({}),
  changes: true,
  run: async (client) => {
    const { message, plan } = await client.reload();
    return writeJson({ message, project: plan.project, services: plan.services.filter((change) => change.class !== 'unchanged') });
  },
});
