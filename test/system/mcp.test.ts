// `omniroute mcp` as an agent uses it: started by the SDK's own client, spoken to over its standard input and output.
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { askInBareJson } from '../rig/bare-json.ts';
import { cliCommand } from '../rig/cli-process.ts';
import { type Project, projectTest } from '../rig/project.ts';
import { within } from '../rig/within.ts';

interface Agent {
  readonly client: Client;
  /** The text of an answer that must be one. */
  ask(tool: string, given?: Record<string, unknown>): Promise<string>;
  /** The text of an answer that must be an error of the tool. */
  refused(tool: string, given?: Record<string, unknown>): Promise<string>;
}

/** A test with an agent that has started the server in the project's folder. */
function agentTest(name: string, words: readonly string[], body: (project: Project, agent: Agent) => Promise<void>): void {
  projectTest(name, async (project) => {
    const client = new Client({ name: 'test', version: '1' });
    const [command, ...args] = cliCommand(['mcp', ...words]);
    const transport = new StdioClientTransport({ command, args, cwd: project.dir, env: project.env });
    await within(() => 'the server to answer', client.connect(transport));
    const call = async (tool: string, given: Record<string, unknown>, fails: boolean): Promise<string> => {
      const result = (await client.callTool({ name: tool, arguments: given })) as CallToolResult;
      const [content] = result.content;
      assert.ok(content?.type === 'text');
      assert.equal(result.isError === true, fails, content.text);
      return content.text;
    };
    try {
      await body(project, {
        client,
        ask: (tool, given = {}) => within(() => `${tool} to answer`, call(tool, given, false)),
        refused: (tool, given = {}) => within(() => `${tool} to answer`, call(tool, given, true)),
      });
    } finally {
      await client.close();
    }
  });
}

agentTest('an agent finds out what is wrong, edits the file and applies it', [], async (project, { ask, refused }) => {
  project.write('services:\n  db: {command: puppet db}\n  web: {command: puppet web, restart: never, readiness: {log: {match: up}}}\n');
  const up = project.start('up', '-d');
  await project.puppet('db').nextRun();
  const first = await project.puppet('web').nextRun();
  await first.print('connecting\n\u001b[31mECONNREFUSED 127.0.0.1:5432\u001b[0m\n', 'stderr');
  await first.exit(3);
  await up.finished();

  const {
    project: name,
    phase,
    file,
    services,
  } = JSON.parse(await ask('list')) as {
    project: string;
    phase: string;
    file: object;
    services: { name: string; state: string }[];
  };
  assert.deepEqual([name, phase, file], ['project', 'running', { status: 'current', reason: null, path: project.file }]);
  assert.deepEqual(
    services.map((service) => [service.name, service.state]),
    [
      ['db', 'ready'],
      ['web', 'failed'],
    ],
  );
  assert.match(await ask('why', { service: 'web' }), /web is failed: .*exit 3[^]*\(omniroute\.yaml:3:\d+\)[^]*crash report: .*\.txt$/);
  assert.match(await ask('logs', { services: ['web'], lines: 1 }), /^\d{4}-.* web │!ECONNREFUSED 127\.0\.0\.1:5432$/);
  assert.match(await ask('search_logs', { pattern: 'ECONN\\w+' }), /^1 line matches:\n.*ECONNREFUSED/);
  assert.equal(await ask('search_logs', { pattern: 'ECONN\\w+', services: ['db'] }), 'no line matches');
  assert.match(await refused('logs', { services: ['web'], run: 7 }), /^there is no run 7 in the log of web\n\nweb has run 1$/);

  project.write('reload: {watch: false}\nservices:\n  db: {command: puppet db}\n  web: {command: puppet web, env: {DB: db}}\n');
  const planned = JSON.parse(await ask('plan')) as { changes: boolean; services: object[] };
  assert.equal(planned.changes, true);
  assert.deepEqual(planned.services, [{ service: 'web', class: 'restart', fields: ['env.DB', 'readiness', 'restart'] }]);
});

agentTest('an agent restarts a service and waits until it is ready', [], async (project, { ask, refused }) => {
  project.write(
    'services: {web: {command: puppet web, readiness: {log: {match: up}}}, job: {type: job, command: puppet job, enabled: false}}',
  );
  const up = project.start('up', '-d');
  await (await project.puppet('web').nextRun()).print('up\n');
  await up.finished();
  const restarted = ask('restart', { services: ['web'] });
  await (await project.puppet('web').nextRun()).print('up\n');
  const [web] = JSON.parse(await restarted) as { state: string; run: number }[];
  assert.deepEqual([web?.state, web?.run], ['ready', 2]);
  assert.match(await ask('why', { service: 'web' }), /asked by mcp/);
  assert.deepEqual(
    (JSON.parse(await ask('wait')) as { name: string }[]).map(({ name }) => name),
    ['web'],
  );
  assert.match(await refused('wait', { services: ['web'], for: 'stopped', timeout_seconds: 0.05 }), /^timed out: web is ready/);
  assert.match(await refused('wait', { services: ['job'], for: 'completed' }), /^job is waiting \(disabled by the file\)/);
  const broken = refused('restart', { services: ['web'] });
  const third = await project.puppet('web').nextRun();
  await third.print('no such table\n');
  await third.exit(1);
  const fourth = await project.puppet('web').nextRun();
  await fourth.exit(1);
  await project.succeed('stop', 'web');
  assert.match(await broken, /^web is stopped[^]*what web printed last:\n.*web │ (up|no such table)/);
});

agentTest('reload applies the file, or tells all that is wrong with it', [], async (project, { ask, refused }) => {
  project.write('reload: {watch: false}\nservices: {web: {command: puppet web}}');
  await project.succeed('up', '-d');
  await project.puppet('web').nextRun();
  project.write('reload: {watch: false}\nservices:\n  web: {comand: puppet web}\n');
  const told = await refused('reload');
  assert.match(told, /omniroute\.yaml:3:9 error unknown-key: .*did you mean `command`/);
  assert.match(told, /all goes on as before/);
  project.write('reload: {watch: false}\nservices: {web: {command: puppet web}, api: {command: puppet api}}');
  const { services } = JSON.parse(await ask('reload')) as { services: object[] };
  assert.deepEqual(services, [{ service: 'api', class: 'start', fields: [] }]);
  await project.puppet('api').nextRun();
});

agentTest('where nothing runs, logs can be read, and everything else says so', [], async (project, { ask, refused }) => {
  assert.match(await refused('list'), /no omniroute\.yaml in .*\n\n`omniroute init` writes one/);
  project.write('services: {web: {command: puppet web}}');
  const { phase, message } = JSON.parse(await ask('list')) as { phase: string; message: string };
  assert.deepEqual([phase, message], ['not-running', 'project is not running']);
  assert.equal(await ask('logs'), 'nothing was printed');
  const up = project.start('up', '-d');
  await (await project.puppet('web').nextRun()).print('last words\n');
  await up.finished();
  await project.succeed('down');
  assert.match(await ask('logs', { services: ['web'] }), /last words$/);
  assert.match(await ask('search_logs', { pattern: 'words', run: -1 }), /last words$/);
  for (const [tool, given] of Object.entries({ why: { service: 'web' }, restart: { services: ['web'] }, plan: {}, reload: {}, wait: {} }))
    assert.match(await refused(tool, given), /^project is not running\n\nstart it with `omniroute up -d`/, tool);
});

agentTest('a read-only server has no tool that changes anything', ['--read-only'], async (project, { client, refused }) => {
  project.write('services: {web: {command: puppet web}}');
  const { tools } = await client.listTools();
  assert.deepEqual(
    tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint]),
    ['list', 'why', 'logs', 'search_logs', 'plan', 'wait'].map((name) => [name, true]),
  );
  await assert.rejects(
    client.callTool({ name: 'restart', arguments: { services: ['web'] } }),
    /restart changes something, and this server is read-only/,
  );
  assert.match(await refused('why', { service: 'web' }), /not running/);
});

agentTest(
  'every tool says what it does and takes, and a call that is wrong is answered in words',
  [],
  async (project, { client, refused }) => {
    project.write('services: {web: {command: puppet web}}');
    await project.succeed('up', '-d');
    await project.puppet('web').nextRun();
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.filter(({ annotations }) => annotations?.readOnlyHint === false).map(({ name }) => name),
      ['restart', 'reload'],
    );
    for (const { name, description = '', inputSchema, annotations } of tools) {
      assert.ok(description.length > 60 && annotations?.title, name);
      assert.equal(inputSchema['additionalProperties'], false, name);
      for (const [key, schema] of Object.entries(inputSchema.properties ?? {}))
        assert.ok((schema as { description?: string }).description, `${name} ${key}`);
    }
    assert.match(client.getInstructions() ?? '', /Begin with `list`/);
    await assert.rejects(client.callTool({ name: 'explode', arguments: {} }), /there is no tool explode; tools: list, why/);
    assert.match(await refused('why', { service: 'wep' }), /did you mean `web`/);
    assert.match(await refused('why', {}), /must have required property 'service'/);
    assert.match(await refused('logs', { lines: 0 }), /lines must be >= 1/);
    assert.match(await refused('logs', { service: 'web' }), /must NOT have additional properties/);
    assert.match(await refused('restart', { services: [] }), /must NOT have fewer than 1 items/);
    assert.match(await refused('search_logs', { pattern: '(' }), /no regular expression/);
  },
);

agentTest('a flood of lines is cut to what an agent can read, and a costly pattern is refused', [], async (project, { ask, refused }) => {
  project.write('services: {web: {command: puppet web}}');
  const up = project.start('up', '-d');
  const web = await project.puppet('web').nextRun();
  await up.finished();
  await web.print(Array.from({ length: 900 }, (_, n) => `line ${n} ${'x'.repeat(200)}\n`).join(''));
  await web.print(`${'y'.repeat(100_000)}\n${'a'.repeat(60)}!\n`);
  await project.succeed('down');
  const text = await ask('logs', { lines: 1000 });
  assert.ok(text.length < 60_000, String(text.length));
  assert.match(text, /^\(\d+ earlier lines left out: /);
  assert.match(text, /y… \(100\d+ characters\)\n.*a!$/);
  assert.match(await ask('search_logs', { pattern: 'line \\d+', lines: 2 }), /^900 lines match, the last 2:\n.*line 898 [^]*line 899 /);
  assert.match(await refused('search_logs', { pattern: '(a+)+$' }), /takes too long/);
});

projectTest('mcp ends when its input does, and prints nothing that is no message', async (project) => {
  project.write('services: {web: {command: puppet web}}');
  assert.deepEqual(await project.run('mcp'), { code: 0, signal: null, stdout: '', stderr: '' });
});

projectTest('what was asked before the input ended is answered', async (project) => {
  project.write('services: {web: {command: puppet web}}');
  const asked = [
    { id: 2, method: 'tools/call', params: { name: 'list', arguments: {} } },
    { id: 3, method: 'tools/call', params: { name: 'explode', arguments: {} } },
  ];
  const answers = askInBareJson(project, asked);
  assert.deepEqual(answers.map(({ id, error }) => [id, error === undefined]).sort(), [
    [1, true],
    [2, true],
    [3, false],
  ]);
});
