import type { Given } from './import-fixture.ts';

interface BadSource extends Given {
  /** How the first error begins. */
  readonly says: string;
}

const deep = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`;

export const BAD_SOURCES: Readonly<Record<string, BadSource>> = {
  'an empty Procfile': { name: 'Procfile', text: '', says: 'Procfile:1:1 error nothing-to-run' },
  'a Procfile of comments': { name: 'Procfile', text: '# web: node a.js\n\n', says: 'Procfile:1:1 error nothing-to-run' },
  'a Procfile line that is none': {
    name: 'Procfile',
    text: 'web: a\nnode server.js\n',
    says: 'Procfile:2:1 error bad-line: this is no `name: command` line',
  },
  'a Procfile line without a command': {
    name: 'Procfile',
    text: 'web:  \n',
    says: 'Procfile:1:1 error no-command: `web` does not say what to run',
  },
  'a Procfile that is YAML': { name: 'Procfile', text: 'web:\n  command: a\n', says: 'Procfile:1:1 error no-command' },
  'an empty ecosystem file': { name: 'ecosystem.json', text: '\n', says: 'ecosystem.json:1:1 error empty: the file is empty' },
  'JSON cut off': { name: 'ecosystem.json', text: '{"apps": [{"name": "a"', says: 'ecosystem.json:1:22 error syntax' },
  'an ecosystem file that is a word': {
    name: 'ecosystem.json',
    text: '"apps"',
    says: 'ecosystem.json:1:1 error wrong-type: the file must be a map of keys',
  },
  'an ecosystem file without apps': {
    name: 'ecosystem.json',
    text: '{"deploy": {}}',
    says: 'ecosystem.json:1:1 error missing-key: the file has no `apps`',
  },
  'an app without a script': {
    name: 'ecosystem.json',
    text: '{"apps": [{"name": "a"}]}',
    says: 'ecosystem.json:1:11 error missing-key: `a` has no `script`',
  },
  'an ecosystem program that gives a number': {
    name: 'ecosystem.config.mjs',
    text: 'export default 5',
    evaluated: 5,
    says: 'ecosystem.config.mjs:1:1 error wrong-type: the file must be a map of keys, not `5`',
  },
  'an app that is a word': {
    name: 'ecosystem.json',
    text: '{"apps": ["a"]}',
    says: 'ecosystem.json:1:11 error wrong-type: `apps` must be a map of keys, not `a`',
  },
  'apps that are a number': {
    name: 'ecosystem.json',
    text: '{"apps": 3}',
    says: 'ecosystem.json:1:10 error wrong-type: `apps` must be a list, not `3`',
  },
  'a memory limit in words': {
    name: 'ecosystem.json',
    text: '{"script": "a.js", "max_memory_restart": "lots"}',
    says: 'ecosystem.json:1:42 error wrong-type: `max_memory_restart` must be a size such as 512m, not `lots`',
  },
  'variables that are a list': {
    name: 'ecosystem.json',
    text: '{"script": "a.js", "env": [1]}',
    says: 'ecosystem.json:1:27 error wrong-type: `env` must be a map of keys',
  },
  'arguments with an open quote': {
    name: 'ecosystem.json',
    text: `{"script": "a.js", "args": "-a 'b"}`,
    says: 'ecosystem.json:1:28 error wrong-type: `args` has a quote that is never closed',
  },
  'an uptime in words': {
    name: 'ecosystem.json',
    text: '{"script": "a.js", "min_uptime": "long"}',
    says: 'ecosystem.json:1:34 error wrong-type: `min_uptime` must be milliseconds, or a length of time such as 10s, not `long`',
  },
  'nesting beyond reason': { name: 'ecosystem.json', text: deep, says: 'ecosystem.json:1:326 error too-deep' },
  'no processes': {
    name: 'process-compose.yaml',
    text: 'version: "0.5"\n',
    says: 'process-compose.yaml:1:1 error missing-key: the file has no `processes`',
  },
  'a process that is a word': {
    name: 'process-compose.yaml',
    text: 'processes:\n  a: sleep 1\n',
    says: 'process-compose.yaml:2:3 error no-command: `a` does not say what to run',
  },
  'a process without a command': {
    name: 'process-compose.yaml',
    text: 'processes:\n  a:\n    disabled: false\n',
    says: 'process-compose.yaml:2:3 error no-command: `a` does not say what to run',
  },
  'a condition misspelt': {
    name: 'process-compose.yaml',
    text: 'processes:\n  a: {command: a}\n  b: {command: b, depends_on: {a: {condition: healthy}}}\n',
    says: 'process-compose.yaml:3:47 error wrong-type: `condition` must be one of process_started',
  },
  'an unknown dependency': {
    name: 'process-compose.yaml',
    text: 'processes:\n  aaa: {command: a}\n  b: {command: b, depends_on: {aab: {}}}\n',
    says: 'process-compose.yaml:3:32 error unknown-service: there is no `aab` in this file — did you mean `aaa`?',
  },
  'a signal that is none': {
    name: 'process-compose.yaml',
    text: 'processes: {a: {command: a, shutdown: {signal: 99}}}\n',
    says: 'process-compose.yaml:1:48 error wrong-type: `signal` must be the number of a signal, from 1 to 31, not `99`',
  },
  'a policy misspelt': {
    name: 'process-compose.yaml',
    text: 'processes: {a: {command: a, availability: {restart: alwyas}}}\n',
    says: 'process-compose.yaml:1:53 error wrong-type: `restart` must be one of always, on_failure, exit_on_failure, no, not `alwyas`',
  },
  'a probe with no command': {
    name: 'process-compose.yaml',
    text: 'processes: {a: {command: a, liveness_probe: {exec: {working_dir: b}}}}\n',
    says: 'process-compose.yaml:1:52 error wrong-type: `exec` needs a `command`',
  },
  'a number in words': {
    name: 'process-compose.yaml',
    text: 'processes: {a: {command: a, replicas: many}}\n',
    says: 'process-compose.yaml:1:39 error wrong-type: `replicas` must be a whole number, not `many`',
  },
  'a tab for indentation': {
    name: 'process-compose.yaml',
    text: 'processes:\n\ta: {command: a}\n',
    says: 'process-compose.yaml:2:1 error syntax',
  },
  'no services': { name: 'compose.yaml', text: 'volumes: {}\n', says: 'compose.yaml:1:1 error missing-key: the file has no `services`' },
  'images alone': { name: 'compose.yaml', text: 'services: {db: {image: postgres}}\n', says: 'compose.yaml:1:1 error nothing-to-run' },
  'a list of services': {
    name: 'compose.yaml',
    text: 'services: [a]\n',
    says: 'compose.yaml:1:11 error wrong-type: `services` must be a map of keys',
  },
  'a restart misspelt': {
    name: 'compose.yaml',
    text: 'services: {a: {command: b, restart: sometimes}}\n',
    says: 'compose.yaml:1:37 error wrong-type: `restart` must be one of no, always, on-failure, on-failure:N, unless-stopped, not `sometimes`',
  },
  'a duration without a unit': {
    name: 'compose.yaml',
    text: 'services: {a: {command: b, stop_grace_period: 10}}\n',
    says: 'compose.yaml:1:47 error wrong-type: `stop_grace_period` must be a length of time such as 1m30s, not `10`',
  },
  'a port that is a word': {
    name: 'compose.yaml',
    text: 'services: {a: {command: b, ports: [web]}}\n',
    says: 'compose.yaml:1:36 error wrong-type: `ports` is no port, not `web`',
  },
  'a check of no known form': {
    name: 'compose.yaml',
    text: 'services: {a: {command: b, healthcheck: {test: [curl, x]}}}\n',
    says: 'compose.yaml:1:48 error wrong-type: `test` must begin with CMD, CMD-SHELL or NONE',
  },
  'a cyclic alias': { name: 'compose.yaml', text: 'services: &s\n  a: *s\n', says: 'compose.yaml:2:6 error cyclic-alias' },
  'a package.json of an array': {
    name: 'package.json',
    text: '[]',
    says: 'package.json:1:1 error wrong-type: the file must be a map of keys',
  },
  'scripts that are a word': {
    name: 'package.json',
    text: '{"scripts": "start"}',
    says: 'package.json:1:13 error wrong-type: `scripts` must be a map of keys',
  },
  'a script that is a number': {
    name: 'package.json',
    text: '{"scripts": {"start": []}}',
    says: 'package.json:1:23 error wrong-type: `start` must be text',
  },
  'a file of no known kind': {
    name: 'things.yaml',
    text: 'a: 1\n',
    says: 'things.yaml:1:1 error unknown-kind: neither its name nor its keys say of which tool this file is',
  },
  'a module that exports nothing': {
    name: 'ecosystem.config.js',
    text: 'module.exports = 5',
    evaluated: 5,
    says: 'ecosystem.config.js:1:1 error wrong-type',
  },
};
