// The library, in programs that are run as their authors would run them.
import assert from 'node:assert/strict';
import { freePort } from '../rig/free-port.ts';
import { runProgram, startProgram } from '../rig/program.ts';
import { projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

const PRELUDE = `
  import { connect, loadProject, OmnirouteError, startSupervisor } from 'omniroute';
  const tell = (value) => console.log(JSON.stringify(value));
  const problemOf = (promise) => promise.then(() => null, (error) => error instanceof OmnirouteError
    ? { code: error.code, message: error.message, advice: error.advice, place: error.place, services: error.services.map(({ name }) => name) }
    : { unexpected: String(error.stack) });
`;

interface ProblemTold {
  readonly code: string;
  readonly message: string;
  readonly advice: string | null;
  readonly place: { readonly file: string; readonly line: number; readonly col: number } | null;
  readonly services: readonly string[];
}

projectTest('a program embeds a supervisor, waits for its services, and ends by itself once they are down', async (project) => {
  project.write('services: {db: {command: puppet db}, web: {command: puppet web, depends_on: [db], readiness: {log: {match: up}}}}');
  const program = startProgram(
    project,
    `${PRELUDE}
    const before = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException'].map((name) => process.listenerCount(name));
    const supervisor = await startSupervisor();
    tell([supervisor.pid === process.pid, supervisor.detached, supervisor.listenProblem]);
    tell((await supervisor.client.wait()).map(({ name, state }) => [name, state]));
    tell(['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException'].map((name, n) => process.listenerCount(name) - before[n]));
    tell(await supervisor.down());
    tell(await supervisor.ended());
    tell(await supervisor.client.isRunning());`,
  );
  await project.puppet('db').nextRun();
  await (await project.puppet('web').nextRun()).print('up\n');
  const { code, stdout, stderr } = await program.ended();
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
    [
      [true, false, null],
      [
        ['db', 'ready'],
        ['web', 'ready'],
      ],
      [0, 0, 0, 0],
      { left: [], stragglers: [] },
      { exitCode: 0 },
      false,
    ],
  );
});

projectTest('the command line steers an embedded supervisor too, and its program goes on when that is down', async (project) => {
  project.write('services: {web: {command: puppet web}}');
  const program = startProgram(
    project,
    `${PRELUDE}
    const busy = setInterval(() => {}, 1000);
    process.once('SIGTERM', () => {
      tell('goes on');
      clearInterval(busy);
    });
    const { ended } = await startSupervisor();
    tell(await ended());`,
  );
  await project.puppet('web').nextRun();
  const { pid, mode } = await project.snapshot();
  assert.deepEqual([pid, mode], [program.pid, 'embedded']);
  assert.match(await project.fail(1, 'upgrade'), /runs inside another program/);
  await project.succeed('down');
  await program.printed(/"exitCode":0/);
  program.signal('SIGTERM');
  assert.match((await program.ended()).stdout, /goes on/);
});

projectTest('a bug in an embedded omniroute ends its services and itself, and leaves the program alone', async (project) => {
  project.write('services: {web: {command: puppet web}}');
  const program = startProgram(
    project,
    `${PRELUDE}
    const supervisor = await startSupervisor();
    const told = new Promise((resolve) => process.once('SIGUSR2', resolve));
    tell('supervises');
    await told;
    const original = globalThis.setTimeout;
    globalThis.setTimeout = (...words) => {
      if (!new Error().stack.includes('#armTimer')) return original(...words);
      globalThis.setTimeout = original;
      throw new Error('a bug');
    };
    // What was killed may be seen for a moment yet.
    tell(['not-running', 'outlived'].includes((await problemOf(supervisor.client.stop(['web']))).code));
    tell(await supervisor.ended());
    tell(await supervisor.client.isRunning());`,
  );
  await project.puppet('web').nextRun();
  await program.printed(/supervises/);
  program.signal('SIGUSR2');
  const { code, stdout, stderr } = await program.ended();
  assert.deepEqual([code, stdout], [0, '"supervises"\ntrue\n{"exitCode":70}\nfalse\n'], stderr);
  assert.match(project.entries(null, 'supervisor-stopping')[0]?.text ?? '', /internal error: Error: a bug/);
  assert.deepEqual(project.leftovers(), []);
});

projectTest('one program may supervise several projects at a time', async (project) => {
  project.write("services: {web: {command: [sh, -c, 'echo one; exec sleep 1000'], readiness: {log: {match: one}}}}");
  project.write(
    "services: {web: {command: [sh, -c, 'echo two; exec sleep 1000'], readiness: {log: {match: two}}}}",
    'other/omniroute.yaml',
  );
  const told = await runProgram(
    project,
    `${PRELUDE}
    const both = await Promise.all([startSupervisor(), startSupervisor({ dir: 'other' })]);
    for (const { client } of both) tell((await client.wait(['web'], { timeoutMs: 20_000 })).map(({ state }) => state));
    for (const { client } of both) for await (const { text } of client.logs()) tell(text);
    await both[0].down();
    tell([await both[0].client.isRunning(), await both[1].client.isRunning()]);
    await both[1].down();`,
  );
  assert.deepEqual(told, [['ready'], ['ready'], 'one', 'two', [false, true]]);
  assert.deepEqual(project.leftovers(), []);
});

projectTest('a program that just ends leaves its services running, and the next supervisor takes them over', async (project) => {
  project.write('services: {web: {command: puppet web}}');
  const [pid] = await runProgram(
    project,
    `${PRELUDE}
    const { client } = await startSupervisor();
    const [web] = await client.wait();
    process.stdout.write(JSON.stringify(web.pid) + '\\n', () => process.exit(0));`,
  );
  const [problem] = (await runProgram(project, `${PRELUDE} tell(await problemOf((await connect()).services()));`)) as ProblemTold[];
  assert.equal(problem?.code, 'outlived');
  assert.match(problem?.message ?? '', new RegExp(`web \\(pid ${pid}\\)`));
  await project.succeed('up', '-d');
  assert.equal((await project.service('web')).pid, pid);
});

projectTest('where the file asks for it, services do not outlive a program that is killed', async (project) => {
  project.write('on_supervisor_death: stop\nservices: {web: {command: puppet web}}');
  const program = startProgram(project, `${PRELUDE} await startSupervisor(); tell('supervises');`);
  await project.puppet('web').nextRun();
  await program.printed(/supervises/);
  program.signal('SIGKILL');
  await eventually(
    () => `the end of ${JSON.stringify(project.leftovers())}`,
    () => (project.leftovers().length === 0 ? true : null),
  );
  assert.equal(project.entries('web', 'stopped').length, 1);
});

projectTest('a name of the file stands for all instances, which a program scales', async (project) => {
  project.write("services: {web: {command: [sh, -c, 'echo up; exec sleep 1000'], instances: 2, readiness: {log: {match: up}}}}");
  const told = await runProgram(
    project,
    `${PRELUDE}
    const { client, down } = await startSupervisor();
    const names = (services) => services.map(({ name, run }) => name + '/' + run);
    tell(names(await client.wait(['web'])));
    tell(names(await client.restart(['web'])));
    tell(names(await client.scale({ web: 3 })));
    tell(await problemOf(client.why('web')));
    tell((await client.service('web:2')).name);
    for await (const { service } of client.logs({ services: ['web'], run: 2 })) tell(service);
    await down();`,
  );
  const { code, message } = told[3] as ProblemTold;
  assert.deepEqual([code, message], ['bad-request', 'web stands for web:1, web:2, web:3']);
  assert.deepEqual(
    [...told.slice(0, 3), ...told.slice(4)],
    [['web:1/1', 'web:2/1'], ['web:1/2', 'web:2/2'], ['web:1/2', 'web:2/2', 'web:3/1'], 'web:2', 'web:1', 'web:2'],
  );
});

projectTest('a detached supervisor outlives the program that started it, also one that another was embedded in before', async (project) => {
  project.write(`services: {web: {command: [sh, -c, 'echo up; exec sleep 1000'], readiness: {log: {match: up}}}}`);
  const [first, second] = (await runProgram(
    project,
    `${PRELUDE}
    const embedded = await startSupervisor();
    await embedded.client.wait(['web'], { timeoutMs: 20_000 });
    await embedded.down();
    const supervisor = await startSupervisor({ detached: true });
    tell([supervisor.detached, supervisor.pid === process.pid]);
    tell((await supervisor.client.wait(['web'], { timeoutMs: 20_000 })).map(({ state, run }) => [state, run]));`,
  )) as unknown[];
  assert.deepEqual([first, second], [[true, false], [['ready', 2]]]);
  assert.equal((await project.service('web')).state, 'ready');
});

projectTest('a program steers services, hears what happens, and reads what they print', async (project) => {
  project.write('services: {web: {command: puppet web}, api: {command: puppet api}}');
  const up = project.start('up', '-d');
  await (await project.puppet('web').nextRun()).print('first words\n');
  await project.puppet('api').nextRun();
  await up.finished();
  const program = startProgram(
    project,
    `${PRELUDE}
    const client = await connect({ actor: 'deploy' });
    const { seq } = await client.project();
    const [web] = await client.restart(['web']);
    tell([web.state, web.run]);
    const heard = [];
    for await (const { type, service } of client.events({ afterSeq: seq })) {
      heard.push(service + ' ' + type);
      if (type === 'ready') break;
    }
    tell(heard);
    tell((await client.why('web')).chain.map(({ text }) => text));
    tell((await client.stop(['api'])).map(({ state }) => state));
    tell((await client.start(['api'])).map(({ state }) => state));
    tell((await client.services({ usage: true })).map(({ name, state }) => [name, state]));
    tell((await client.plan()).services.map(({ class: change }) => change));
    for await (const { service, text, run } of client.logs({ services: ['web'], grep: /words/, follow: true })) {
      tell([service, text, run]);
      if (run === 2) break;
    }`,
  );
  const second = await project.puppet('web').nextRun();
  await project.puppet('api').nextRun();
  await program.printed(/first words/);
  await second.print('nothing to see\nlast words\n');
  const { code, stdout, stderr } = await program.ended();
  assert.equal(code, 0, stderr);
  const [restarted, heard, why, stopped, started, services, plan, ...lines] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown[]);
  assert.deepEqual(restarted, ['ready', 2]);
  assert.deepEqual([heard?.[0], heard?.at(-1)], ['web stopping', 'web ready']);
  assert.ok(
    (why as string[]).some((text) => text.includes('deploy')),
    String(why),
  );
  assert.deepEqual([stopped, started], [['stopped'], ['ready']]);
  assert.deepEqual(services, [
    ['web', 'ready'],
    ['api', 'ready'],
  ]);
  assert.deepEqual(plan, ['unchanged', 'unchanged']);
  assert.deepEqual(lines, [
    ['web', 'first words', 1],
    ['web', 'last words', 2],
  ]);
});

projectTest('logs and the journal are read where nothing runs any more', async (project) => {
  project.write('services: {web: {command: puppet web}}');
  const up = project.start('up', '-d');
  await (await project.puppet('web').nextRun()).print('one\ntwo\nthree\n');
  await up.finished();
  await project.succeed('down');
  const told = await runProgram(
    project,
    `${PRELUDE}
    const client = await connect();
    tell(await client.isRunning());
    for await (const { text } of client.logs({ lastLines: 2 })) tell(text);
    const seqs = [];
    for await (const { seq } of client.events({ follow: false })) seqs.push(seq);
    tell(seqs);
    for await (const { type } of client.events({ follow: false, afterSeq: seqs.at(-2) })) tell(type);
    tell(await client.down());`,
  );
  const seqs = project.journal().map(({ seq }) => seq);
  assert.deepEqual(told, [false, 'two', 'three', seqs, 'supervisor-stopped', { left: [], stragglers: [] }]);
});

projectTest('what goes wrong is an error of one class, with a code, a place where there is one, and advice', async (project) => {
  project.write('services: {web: {command: puppet web}, gone: {command: [sh, -c, exit 3], restart: never, readiness: {log: {match: up}}}}');
  project.write('services:\n  web: {command: puppet web, restrat: never}\n', 'broken.yaml');
  const up = project.start('up', '-d', 'web');
  await project.puppet('web').nextRun();
  await up.finished();
  const program = startProgram(
    project,
    `${PRELUDE}
    const client = await connect();
    tell(await problemOf(loadProject({ file: 'broken.yaml' })));
    tell(await problemOf(startSupervisor({ file: 'broken.yaml' })));
    tell(await problemOf(connect({ dir: '/' })));
    tell(await problemOf(startSupervisor()));
    tell(await problemOf(startSupervisor({ detached: true })));
    tell(await problemOf(client.why('wep')));
    tell(await problemOf(client.restart(['wep'])));
    tell(await problemOf(client.logs({ services: ['wep'] }).next()));
    tell(await problemOf(client.wait(['gone'], { for: 'ready', timeoutMs: 10 })));
    tell(await problemOf(client.signal(['web'], 'SIGNONE')));
    tell(await problemOf(client.start(['gone'])));
    await client.down();
    tell(await problemOf(client.services()));
    tell(await problemOf(client.events().next()));`,
  );
  const { code, stdout, stderr } = await program.ended();
  assert.equal(code, 0, stderr);
  const problems = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ProblemTold);
  assert.deepEqual(
    problems.map((problem) => problem.code),
    [
      ...['invalid-file', 'invalid-file', 'no-file', 'already-running', 'already-running'],
      ...['unknown-service', 'unknown-service', 'unknown-service', 'timed-out', 'bad-request', 'service-failed'],
      ...['not-running', 'not-running'],
    ],
  );
  assert.deepEqual(problems[0]?.place, { file: `${project.dir}/broken.yaml`, line: 2, col: 30 });
  assert.match(problems[0]?.message ?? '', /broken\.yaml:2:30: .*did you mean `restart`/);
  assert.match(problems[5]?.message ?? '', /did you mean `web`/);
  assert.deepEqual(problems[10]?.services, ['gone']);
  assert.match(problems[10]?.message ?? '', /exit 3/);
  assert.match(problems.at(-1)?.advice ?? '', /omniroute up/);
});

projectTest(
  'a loaded project is what config shows: resolved, with the place of each key, and secrets only where asked for',
  async (project) => {
    project.write('services:\n  web:\n    command: puppet web\n    env: {API_TOKEN: hush, LEVEL: info}\n');
    const told = await runProgram(
      project,
      `${PRELUDE}
    const { spec, sources, warnings, placeOf } = await loadProject();
    tell([spec.services.web.command, spec.services.web.env, sources, warnings]);
    tell([placeOf('web', 'env.LEVEL'), placeOf('none', 'env')]);
    tell((await loadProject({ dir: 'node_modules', reveal: true })).spec.services.web.env);`,
    );
    assert.deepEqual(told, [
      [['puppet', 'web'], { API_TOKEN: '***', LEVEL: 'info' }, [project.file], []],
      [{ file: project.file, line: 4, col: 28 }, null],
      { API_TOKEN: 'hush', LEVEL: 'info' },
    ]);
    assert.deepEqual(project.leftovers(), []);
  },
);

projectTest('a supervisor of jobs alone ends with them, and says whether one failed', async (project) => {
  project.write('services: {a: {type: job, command: [sh, -c, "exit 0"]}, b: {type: job, command: [sh, -c, "exit 4"]}}');
  const told = await runProgram(project, `${PRELUDE} tell(await (await startSupervisor()).ended());`);
  assert.deepEqual(told, [{ exitCode: 1 }]);
});

projectTest(
  'a supervisor of a program serves its API on an address too, to whoever has the token, or says why it does not',
  async (project) => {
    project.write('services: {web: {command: puppet web}}');
    const port = await freePort();
    for (const detached of [false, true]) {
      const told = await runProgram(
        project,
        `${PRELUDE}
      import { createServer } from 'node:net';
      const listen = { host: '127.0.0.1', port: ${port}, token: 'open-sesame' };
      const ask = async (headers) => (await fetch('http://127.0.0.1:${port}/v1/project', { headers })).status;
      const first = await startSupervisor({ detached: ${detached}, listen });
      tell([first.listenProblem, await ask({}), await ask({ authorization: 'Bearer open-sesame' })]);
      await first.down();
      const taken = createServer().listen(${port}, '127.0.0.1');
      const second = await startSupervisor({ detached: ${detached}, listen });
      tell(second.listenProblem);
      await second.down();
      taken.close();
      tell(await problemOf(startSupervisor({ detached: ${detached}, listen: { ...listen, token: '' } })));`,
      );
      assert.deepEqual(told[0], [null, 401, 200]);
      assert.match(String(told[1]), /the port is taken/);
      assert.equal((told[2] as ProblemTold).code, 'bad-request');
    }
  },
);

projectTest('a CommonJS program gets the same names', async (project) => {
  const { code, stdout, stderr } = await startProgram(
    project,
    "console.log(Object.keys(require('omniroute')).sort().join())",
    'program.cjs',
  ).ended();
  assert.deepEqual([code, stdout], [0, 'OmnirouteError,connect,loadProject,startSupervisor\n'], stderr);
});
