// Every kind of bad file, each with the first line of what is said about it.
import type { Files } from './load-text.ts';

/** A file with one service `a`, and these lines in it. */
export const service = (lines: string): string => `services:\n  a:\n    command: [node, a.js]\n${lines.replace(/^/gm, '    ')}\n`;
const named = (name: string): string => `services:\n  ${name}: {command: node}\n`;
const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...'bcdefg'.split('').map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[i]}`).join(', ')}]`),
].join('\n');

/** The same, as files by their names. */
export function filesOf(text: BadFile['text']): Files {
  return typeof text === 'string' || text instanceof Uint8Array ? { 'omniroute.yaml': text } : text;
}

export interface BadFile {
  readonly text: string | Uint8Array | Files;
  readonly says: string;
}

export const BAD_FILES: Readonly<Record<string, BadFile>> = {
  'broken YAML': { text: 'services:\n  a: {command: [node\n', says: 'omniroute.yaml:2:20 error syntax: ' },
  'a quote that is never closed': {
    text: 'services:\n  a:\n    command: "node\n',
    says: 'omniroute.yaml:3:18 error syntax: missing closing "quote',
  },
  'tabs for indentation': { text: 'services:\n\ta: {}\n', says: 'omniroute.yaml:2:1 error syntax: tabs are not allowed as indentation' },
  'an empty file': { text: '', says: 'omniroute.yaml:1:1 error empty: the file is empty' },
  'a file of comments': { text: '# services:\n', says: 'omniroute.yaml:1:1 error empty: the file is empty' },
  'a file cut off after a key': { text: 'version: 1\nservices:\n', says: 'omniroute.yaml:2:1 error empty: `services` is empty' },
  'a file cut off inside a service': {
    text: 'services:\n  a:\n    command:\n',
    says: 'omniroute.yaml:3:5 error empty: `command` is empty',
  },
  'a notification that tells nobody': {
    text: `notifications: [{on: [failed]}]\n${named('a')}`,
    says: 'omniroute.yaml:1:17 error missing-key: a notification needs `webhook`, `command` or `shell`',
  },
  'a notification that tells two': {
    text: `notifications: [{webhook: {url: "http://a"}, command: page}]\n${named('a')}`,
    says: 'omniroute.yaml:1:18 error conflict: `webhook` and a command are two ways of telling',
  },
  'a notification of an unknown event': {
    text: `notifications: [{on: [fail], command: node}]\n${named('a')}`,
    says: 'omniroute.yaml:1:23 error ',
  },
  'a notification about an unknown service': {
    text: `notifications: [{services: [b], command: node}]\n${named('aa')}`,
    says: 'omniroute.yaml:1:29 error unknown-service: there is no service `b`',
  },
  'a webhook that is no address': {
    text: `notifications: [{webhook: {url: "ftp://a"}}]\n${named('a')}`,
    says: 'omniroute.yaml:1:33 error bad-url: `ftp://a` is no http or https address',
  },
  'a header that no request can have': {
    text: `notifications: [{webhook: {url: "http://a", headers: {X: "a\\nb"}}}]\n${named('a')}`,
    says: 'omniroute.yaml:1:58 error bad-value: the value of the header `X` holds a character that no header can',
  },
  'two services that want one socket': {
    text: 'services:\n  a: {command: node, sockets: {http: {listen: "127.0.0.1:80"}}}\n  b: {command: node, sockets: {web: {listen: "0.0.0.0:80"}}}\n',
    says: 'omniroute.yaml:3:46 error socket-clash: the socket `http` of `a` is held at the same address',
  },
  'a held socket that is awaited as a port': {
    text: 'services:\n  a: {command: node, ports: {http: 80}, sockets: {http: {listen: "127.0.0.1:80"}}}\n',
    says: 'omniroute.yaml:2:66 error socket-clash: `a` has 80 among its `ports`',
  },
  'a socket without a port': {
    text: service('sockets: {http: {listen: localhost}}'),
    says: 'omniroute.yaml:4:30 error bad-address: `localhost` is no address to listen at',
  },
  'a socket of port 0': {
    text: service('sockets: {http: {listen: "127.0.0.1:0"}}'),
    says: 'omniroute.yaml:4:30 error bad-address: `127.0.0.1:0` is no address to listen at',
  },
  'a schedule that is no cron line': {
    text: service('type: job\nschedule: every night'),
    says: 'omniroute.yaml:5:15 error bad-cron: `every night` is no cron line: ',
  },
  'a minute that no hour has': {
    text: service('type: job\nschedule: {cron: "61 * * * *"}'),
    says: 'omniroute.yaml:5:22 error bad-cron: `61 * * * *` is no cron line: Invalid value for minute: 61',
  },
  'a schedule that never fires': {
    text: service('type: job\nschedule: "0 0 30 2 *"'),
    says: 'omniroute.yaml:5:15 error never-fires: `0 0 30 2 *` names an instant that never comes',
  },
  'a time zone of another planet': {
    text: service('type: job\nschedule: {cron: "@daily", timezone: Mars/Olympus}'),
    says: 'omniroute.yaml:5:42 error bad-timezone: there is no time zone `Mars/Olympus`',
  },
  'a schedule of a service': {
    text: service('schedule: "@daily"'),
    says: 'omniroute.yaml:4:5 error conflict: only a job can have a schedule',
  },
  'a service on demand without a socket': {
    text: service('start: on-demand'),
    says: 'omniroute.yaml:4:12 error conflict: `start: on-demand` waits for a connection',
  },
  'a job on demand': {
    text: service('type: job\nstart: on-demand'),
    says: 'omniroute.yaml:5:12 error conflict: a job cannot start on demand',
  },
  'a group of a service that is not there': {
    text: `groups: {line: {strategy: one-for-all, services: [a, bb]}}\n${named('a')}  b: {command: node}\n`,
    says: 'omniroute.yaml:1:54 error unknown-service: there is no service `bb` — did you mean `b`?',
  },
  'a service in two groups': {
    text: `groups: {x: {strategy: one-for-all, services: [a, b]}, y: {strategy: rest-for-one, services: [b, c]}}\n${named('a')}  b: {command: node}\n  c: {command: node}\n`,
    says: 'omniroute.yaml:1:95 error conflict: `b` is in the group `x` already',
  },
  'a watchdog without a way to be heard': {
    text: service('watchdog: 10s'),
    says: 'omniroute.yaml:4:15 error missing-key: `watchdog` waits for announcements',
  },
  'a notification of another kind': {
    text: service('readiness: {notify: pipe}'),
    says: 'omniroute.yaml:4:25 error bad-value: ',
  },
  'no instance at all': { text: service('instances: 0'), says: 'omniroute.yaml:4:16 error out-of-range: ' },
  'fewer instances than none': { text: service('instances: {count: -1}'), says: 'omniroute.yaml:4:24 error out-of-range: ' },
  'ten thousand instances': { text: service('instances: 10000'), says: 'omniroute.yaml:4:16 error out-of-range: ' },
  'instances that want one port': {
    text: service('instances: 4\nports: {http: 80}'),
    says: 'omniroute.yaml:4:16 error conflict: the instances of `a` cannot all listen at its port `http`',
  },
  'instances of a job': {
    text: service('instances: 4\ntype: job'),
    says: 'omniroute.yaml:4:16 error conflict: a job is there once',
  },
  'a name that only instances have': {
    text: 'services:\n  "web:1": {command: node}\n',
    says: 'omniroute.yaml:2:3 error bad-name: ',
  },
  'an overlap at one port': {
    text: service('ports: {http: 80}\nrestart: {strategy: overlap}'),
    says: 'omniroute.yaml:5:25 error conflict: `a` and its successor cannot both listen at its port `http`',
  },
  'a job with a successor': {
    text: service('type: job\nrestart: {strategy: overlap}'),
    says: 'omniroute.yaml:5:25 error conflict: a job has no successor',
  },
  'no services': { text: 'services: {}\n', says: 'omniroute.yaml:1:1 error empty: `services` names no service' },
  'only other keys': { text: 'version: 1\n', says: 'omniroute.yaml:1:1 error missing-key: the file needs `services`' },
  'a list instead of a map': { text: '- a\n- b\n', says: 'omniroute.yaml:1:1 error wrong-type: the file must be a map' },
  'ten megabytes': { text: `x-a: ${'a'.repeat(10 * 1024 * 1024)}\n`, says: 'omniroute.yaml:1:1 error too-big: 11 MiB is no project file' },
  'a binary file': {
    text: new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]),
    says: 'omniroute.yaml:1:1 error binary: this is a binary file',
  },
  'a file that is not UTF-8': {
    text: new Uint8Array([0x61, 0x3a, 0x20, 0xff, 0xfe]),
    says: 'omniroute.yaml:1:1 error binary: this is not UTF-8 text',
  },
  'a cyclic alias': {
    text: 'services: &s\n  a: *s\n',
    says: 'omniroute.yaml:2:6 error cyclic-alias: the alias `*s` stands inside what it names',
  },
  'an alias of nothing': {
    text: 'services:\n  a: *nothing\n',
    says: 'omniroute.yaml:2:6 error unknown-alias: there is no anchor `&nothing`',
  },
  'an alias bomb': {
    text: `${bomb}\nservices: {}\n`,
    says: 'omniroute.yaml:6:8 error alias-bomb: its aliases unfold to more than 250000 values',
  },
  'nesting without end': {
    text: `x-a: ${'['.repeat(20_000)}`,
    says: 'omniroute.yaml:1:70 error too-deep: nested more than 64 levels deep',
  },
  'nesting beyond reason': { text: `x-a: ${'['.repeat(100)}${']'.repeat(100)}\n`, says: 'omniroute.yaml:1:70 error too-deep' },
  'two documents': { text: 'services: {}\n---\nservices: {}\n', says: 'omniroute.yaml:2:1 error syntax: a second document begins here' },
  'a key twice': {
    text: `${service('cwd: .')}    cwd: .\n`,
    says: 'omniroute.yaml:5:5 error duplicate-key: `cwd` stands here a second time',
  },
  'an unknown tag': { text: 'services: !mine {}\n', says: 'omniroute.yaml:1:11 error unknown-tag' },
  'a key misspelt': {
    text: service('memmory: {}'),
    says: 'omniroute.yaml:4:5 error unknown-key: `memmory` is not a key of a service — did you mean `memory`?',
  },
  'a top-level key misspelt': {
    text: `servces: {}\n${named('a')}`,
    says: 'omniroute.yaml:1:1 error unknown-key: `servces` is not a key of the file — did you mean `services`?',
  },
  'a nested key misspelt': {
    text: service('stop: {grace: 5s}'),
    says: 'omniroute.yaml:4:12 error unknown-key: `grace` is not a key of `stop`',
  },
  'a number for a size': { text: service('memory: {hard: 512}'), says: 'omniroute.yaml:4:20 error bad-size: `hard`: `512` has no unit' },
  'a size in an unknown unit': {
    text: service('memory: {hard: 512 megs}'),
    says: 'omniroute.yaml:4:20 error bad-size: `hard`: `512 megs` is not a size',
  },
  'a negative size': { text: service('memory: {hard: -1GiB}'), says: 'omniroute.yaml:4:20 error bad-size: `hard`: `-1GiB` is negative' },
  'an overflowing size': {
    text: service('memory: {hard: 99999999999999999999TiB}'),
    says: 'omniroute.yaml:4:20 error bad-size: `hard`: `99999999999999999999TiB` is too big',
  },
  'a number for a duration': {
    text: service('stop: {grace_period: 10}'),
    says: 'omniroute.yaml:4:26 error bad-duration: `grace_period`: `10` has no unit',
  },
  'a negative duration': {
    text: service('restart: {window: -5s}'),
    says: 'omniroute.yaml:4:23 error bad-duration: `window`: `-5s` is negative',
  },
  'a duration of zero': {
    text: service('readiness: {period: 0s, log: {match: a}}'),
    says: 'omniroute.yaml:4:25 error bad-duration: `period` cannot be zero',
  },
  'an overflowing duration': {
    text: service('restart: {window: 99999999999999999999d}'),
    says: 'omniroute.yaml:4:23 error bad-duration: `window`: `99999999999999999999d` is too long',
  },
  '-1 for no limit': {
    text: service('restart: {max_attempts: -1}'),
    says: 'omniroute.yaml:4:29 error out-of-range: `max_attempts` must be from 1 to 1000000, not `-1`',
  },
  '0 for no limit': {
    text: service('restart: {max_crashes: 0}'),
    says: 'omniroute.yaml:4:28 error out-of-range: `max_crashes` must be from 1 to 1000000, not `0`',
  },
  'a regex that does not compile': {
    text: service('readiness: {log: {match: "a("}}'),
    says: 'omniroute.yaml:4:30 error bad-regex: this regular expression does not compile: /a(/: Unterminated group',
  },
  'a missing cwd': { text: service('cwd: ./nowhere'), says: 'omniroute.yaml:4:10 error missing-folder: `cwd`: ' },
  'a missing program': {
    text: 'services:\n  a: {command: [no-such-program-here]}\n',
    says: 'omniroute.yaml:2:17 error missing-executable: `no-such-program-here` is not on PATH',
  },
  'a port out of range': {
    text: service('ports: {http: 65536}'),
    says: 'omniroute.yaml:4:19 error out-of-range: `http` must be from 1 to 65535, not `65536`',
  },
  'port 0': { text: service('ports: {http: 0}'), says: 'omniroute.yaml:4:19 error out-of-range: `http` must be from 1 to 65535, not `0`' },
  'a port that is a word': { text: service('ports: {http: some}'), says: 'omniroute.yaml:4:19 error bad-value: `http` cannot be `some`' },
  'two services on one port': {
    text: 'services:\n  a: {command: node, ports: {http: 8080}}\n  b: {command: node, ports: {web: 8080}}\n',
    says: 'omniroute.yaml:3:35 error port-clash: port 8080 is taken already, by `a`',
  },
  'a name with ..': { text: named('../evil'), says: 'omniroute.yaml:2:3 error bad-name: `../evil` cannot be the name of a service' },
  'a name with .. inside': {
    text: named('a/../../b'),
    says: 'omniroute.yaml:2:3 error bad-name: `a/../../b` cannot be the name of a service',
  },
  'a name with spaces': {
    text: named('my server'),
    says: 'omniroute.yaml:2:3 error bad-name: `my server` cannot be the name of a service',
  },
  'a name in unicode': { text: named('sérvice'), says: 'omniroute.yaml:2:3 error bad-name: `sérvice` cannot be the name of a service' },
  'a name of 200 characters': {
    text: named('a'.repeat(200)),
    says: `omniroute.yaml:2:3 error bad-name: the name \`${'a'.repeat(60)}…\` has 200 characters`,
  },
  'the name of one of our own files': {
    text: named('state.json'),
    says: "omniroute.yaml:2:3 error bad-name: `state.json` is the name of one of omniroute's own files",
  },
  'a folder in the name of one of our own files': {
    text: named('last-good.yaml/web'),
    says: "omniroute.yaml:2:3 error bad-name: `last-good.yaml` is the name of one of omniroute's own files",
  },
  'the name of our own folder': {
    text: named('supervisor'),
    says: "omniroute.yaml:2:3 error bad-name: `supervisor` is the name of omniroute's own folder",
  },
  'a name where another keeps its log': {
    text: 'services:\n  a: {command: node}\n  a/log: {command: node}\n',
    says: 'omniroute.yaml:3:3 error bad-name: `a/log` is where `a` keeps its log',
  },
  'a variable with = in its name': {
    text: service('env: {"A=B": c}'),
    says: 'omniroute.yaml:4:11 error bad-name: `A=B` cannot be the name of a variable',
  },
  'a variable with a NUL': {
    text: service('env: {A: "b\\0c"}'),
    says: 'omniroute.yaml:4:14 error bad-value: the value of `A` holds a NUL',
  },
  'a variable without a value': { text: service('env: {A: }'), says: 'omniroute.yaml:4:11 error empty: `A` is empty' },
  'a signal misspelt': {
    text: service('stop: {signal: TERM}'),
    says: 'omniroute.yaml:4:20 error bad-value: `TERM` is not the name of a signal — did you mean `SIGTERM`?',
  },
  'a real-time signal that there is not': {
    text: service('success_exit: [SIGRTMIN+31]'),
    says: 'omniroute.yaml:4:20 error bad-value: `SIGRTMIN+31` is not the name of a signal',
  },
  'an exit code out of range': {
    text: service('success_exit: [256]'),
    says: 'omniroute.yaml:4:20 error out-of-range: an item of `success_exit` must be from 0 to 255, not `256`',
  },
  'a policy misspelt': {
    text: service('restart: alwyas'),
    says: 'omniroute.yaml:4:14 error bad-value: `policy` cannot be `alwyas` — did you mean `always`?',
  },
  'text for a list': {
    text: service('success_exit: 0'),
    says: 'omniroute.yaml:4:19 error wrong-type: `success_exit` must be a list, not `0`',
  },
  'text for a map': {
    text: service('readiness: http'),
    says: 'omniroute.yaml:4:16 error wrong-type: `readiness` must be a map of keys, not `http`',
  },
  'text for a service': {
    text: 'services:\n  a: node server.js\n',
    says: 'omniroute.yaml:2:6 error wrong-type: `a` must be a map of keys, not `node server.js`',
  },
  'nothing to run': { text: 'services:\n  a: {cwd: .}\n', says: 'omniroute.yaml:2:3 error no-command: `a` does not say what to run' },
  'command and shell': { text: service('shell: node'), says: 'omniroute.yaml:4:5 error conflict: `command` and `shell`' },
  'a quote in a command that is never closed': {
    text: "services:\n  a: {command: node 'a}\n",
    says: 'omniroute.yaml:2:16 error bad-command',
  },
  'an unknown dependency': {
    text: `${named('server')}  b: {command: node, depends_on: [servr]}\n`,
    says: 'omniroute.yaml:3:35 error unknown-service: there is no service `servr` — did you mean `server`?',
  },
  'a cycle': {
    text: 'services:\n  a: {command: node, depends_on: [b]}\n  b: {command: node, depends_on: [c]}\n  c: {command: node, depends_on: [a]}\n',
    says: 'omniroute.yaml:2:35 error cycle: services wait for each other: a → b → c → a',
  },
  'a service that depends on itself': { text: service('depends_on: [a]'), says: 'omniroute.yaml:4:18 error cycle: `a` depends on itself' },
  'a cycle through an output': {
    text: 'services:\n  a: {command: [node, "${services.b.outputs.url}"]}\n  b: {command: node, depends_on: [a], outputs: {url: {match: x}}}\n',
    says: 'omniroute.yaml:2:3 error cycle: services wait for each other: a → b → a',
  },
  'waiting for a service to complete': {
    text: 'services:\n  a: {command: node, depends_on: {b: {condition: completed}}}\n  b: {command: node}\n',
    says: 'omniroute.yaml:2:50 error never-holds: `a` waits for `b` to complete',
  },
  'more phrases than there are': {
    text: service('crash_rules: [{name: r, when: {log: {any_of: [a, A], at_least: 2}}, then: [{retry: self}]}]'),
    says: 'omniroute.yaml:4:68 error never-holds: at least 2 of one pattern can never be found',
  },
  'an unknown target of a rule': {
    text: service('crash_rules: [{name: r, when: {exits: [1]}, then: [{disable: mitm}]}]'),
    says: 'omniroute.yaml:4:66 error unknown-service: there is no service `mitm`',
  },
  'an unknown member of a profile': {
    text: `profiles: {x: [aa]}\n${named('a')}`,
    says: 'omniroute.yaml:1:16 error unknown-service: there is no service `aa` — did you mean `a`?',
  },
  'an unknown cause': {
    text: service('crash_rules: [{name: r, when: {cause: [exitt]}, then: [{retry: self}]}]'),
    says: 'omniroute.yaml:4:44 error bad-value: an item of `cause` cannot be `exitt` — did you mean `exit`?',
  },
  'two actions in one': {
    text: service('crash_rules: [{name: r, when: {exits: [1]}, then: [{retry: self, keep_trying: true}]}]'),
    says: 'omniroute.yaml:4:56 error bad-value: an item of `then` does one thing, not 2',
  },
  'a limit that its own backoff makes unreachable': {
    text: service('restart: {max_crashes: 3, window: 60s, backoff: {initial: 30s, max: 60s, jitter: 0}, stable_after: 2m}'),
    says: 'omniroute.yaml:4:28 error unreachable-limit: more than 3 crashes never fall into 1m: the backoff between them is 0ms + 30s + 1m, at least 1m30s in all',
  },
  'a backoff that begins above its end': {
    text: service('restart: {backoff: {initial: 1m, max: 5s}}'),
    says: 'omniroute.yaml:4:34 error conflict: backoff.initial (1m) is above backoff.max (5s)',
  },
  'soft above hard': {
    text: service('memory: {soft: 2GiB, hard: 1GiB}'),
    says: 'omniroute.yaml:4:20 error conflict: memory.soft (2G) must be below memory.hard (1G)',
  },
  'warn above soft': {
    text: service('memory: {warn: 3GiB, soft: 2GiB}'),
    says: 'omniroute.yaml:4:20 error conflict: memory.warn (3G) must be below memory.soft (2G)',
  },
  'a readiness that checks nothing': {
    text: service('readiness: {period: 1s}'),
    says: 'omniroute.yaml:4:5 error missing-key: `readiness` checks nothing',
  },
  'a liveness of two checks': {
    text: service('liveness: {tcp: {port: 80}, exec: {command: node}}'),
    says: 'omniroute.yaml:4:5 error conflict: `liveness` needs exactly one',
  },
  'an address that is none': { text: service('readiness: {http: {url: "127.0.0.1:80"}}'), says: 'omniroute.yaml:4:29 error bad-url' },
  'an output that is not declared': {
    text: service('readiness: {outputs: [url]}'),
    says: 'omniroute.yaml:4:27 error unknown-output: the service has no output `url`',
  },
  'an unset variable': {
    text: service('env: {A: "x${env.NOT_SET_ANYWHERE}"}'),
    says: 'omniroute.yaml:4:16 error unset-variable: the variable `NOT_SET_ANYWHERE` is not set',
  },
  'an unknown reference': {
    text: service('env: {A: "${HOME}"}'),
    says: 'omniroute.yaml:4:15 error bad-reference: `${HOME}` is not a reference',
  },
  'a reference that is never closed': {
    text: service('env: {A: "${env.A"}'),
    says: 'omniroute.yaml:4:15 error bad-reference: `${env.A` is never closed',
  },
  'an unknown port in a reference': {
    text: service('ports: {http: 80}\nenv: {A: "${ports.htp}"}'),
    says: 'omniroute.yaml:5:15 error unknown-port: `a` has no port `htp` — did you mean `http`?',
  },
  'an unknown preset': {
    text: 'services:\n  a: {uses: cloudfared}\n',
    says: 'omniroute.yaml:2:13 error unknown-preset: there is no preset `cloudfared` — did you mean `cloudflared`?',
  },
  'an unknown option of a preset': {
    text: 'services:\n  a: {uses: cloudflared, with: {ur: "http://127.0.0.1:80"}}\n',
    says: 'omniroute.yaml:2:33 error unknown-option: `ur` is not an option of the preset `cloudflared` — did you mean `url`?',
  },
  'an option of the wrong kind': {
    text: 'services:\n  a: {uses: cloudflared, with: {url: 80}}\n',
    says: 'omniroute.yaml:2:38 error wrong-type: `url` must be an address',
  },
  'an include that is not there': { text: `include: [./b.yaml]\n${named('a')}`, says: 'omniroute.yaml:1:11 error no-file: ' },
  'includes in a circle': {
    text: { 'omniroute.yaml': `include: [./b.yaml]\n${named('a')}`, 'b.yaml': 'include: [./omniroute.yaml]\n' },
    says: 'b.yaml:1:11 error include-cycle: files include each other: omniroute.yaml → b.yaml → omniroute.yaml',
  },
  'an env file that is not there': { text: `env_file: [.env]\n${named('a')}`, says: 'omniroute.yaml:1:12 error missing-env-file: ' },
  'an env file with a stray line': {
    text: { 'omniroute.yaml': `env_file: .env\n${named('a')}`, '.env': 'A=1\nwhat is this\n' },
    says: '.env:2:1 error bad-env-file: this is no NAME=value line',
  },
};
