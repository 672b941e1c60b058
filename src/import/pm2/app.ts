// One app of pm2 as a service.
import type { ServiceFile } from '../../config/file.ts';
import type { Draft, DraftService } from '../draft.ts';
import { type Field, meaningless, type Rules, without } from '../field.ts';
import { readSize, readUnits } from '../quantity.ts';
import { assign, wrap } from '../service-keys.ts';
import { writeCommand } from '../shell-line.ts';
import { escapeReferences } from '../variables.ts';
import { readInstances, readInterpreter, readRestart, readWords } from './process.ts';

const LOGS = without('omniroute keeps what a service prints itself, in its state folder', '`omniroute logs NAME`');
const OF_PM2 = without('it is of pm2 itself');
const BY_THE_CLOCK = without('only jobs go by the clock', '`schedule` of a job that runs `omniroute restart NAME`');
const ACCOUNT = without('services run as the user who starts omniroute');

export function addApp(app: Field, draft: Draft): void {
  const script = app.field('script') ?? app.field('exec');
  const text = script?.text();
  const wanted = app.field('name')?.text() ?? baseName(text ?? 'app');
  if (text === undefined) {
    draft.problems.add(app.key, { code: 'missing-key', message: `\`${wanted}\` has no \`script\`` });
    return;
  }
  const service = draft.add(wanted, app.field('name')?.node.span ?? app.key);
  const own = app.of(service.name);
  setCommand(service.keys, own, text);
  own.follow(rulesOf(service, draft, own), 'an app of pm2');
  readRestart(service.keys, own);
  readInstances(service, wanted, own, draft);
}

/** `server.js` → `server`, as pm2 names an app without a name. */
function baseName(script: string): string {
  const file = script.split(' ')[0]?.split('/').at(-1) ?? script;
  return file.replace(/\.[^.]+$/, '') || 'app';
}

function setCommand(keys: ServiceFile, app: Field, script: string): void {
  const given = app.field('args');
  const args = given === undefined ? [] : readWords(given);
  // pm2 gives a script with spaces in it to a shell.
  if (script.includes(' ') && args.length === 0) Object.assign(keys, writeCommand(script));
  else keys.command = [...readInterpreter(app, script), script, ...args].map(escapeReferences);
}

function rulesOf(service: DraftService, draft: Draft, app: Field): Rules {
  const { keys } = service;
  const env = (field: Field): void => {
    const given = field.fields().flatMap((each) => (each.isEmpty ? [] : [[each.name, escapeReferences(each.text() ?? '')]]));
    keys.env = { ...keys.env, ...Object.fromEntries(given) };
  };
  const otherEnvs = Object.fromEntries(
    app.fields().flatMap(({ name }) => (/^env_\S+$/.test(name) ? [[name, without('an environment chosen with --env', ENV_HINT)]] : [])),
  );
  const watch = (field: Field): void => {
    const paths = field.node.kind === 'scalar' && typeof field.node.value === 'boolean' ? (field.flag() ? ['.'] : []) : field.texts();
    if (paths.length > 0) keys.watch = { paths, ignore: app.field('ignore_watch')?.texts() ?? [] };
  };
  return {
    ...otherEnvs,
    env,
    watch,
    ...Object.fromEntries(DONE_ELSEWHERE.map((name) => [name, meaningless])),
    ...Object.fromEntries(LOG_KEYS.map((name) => [name, LOGS])),
    ...Object.fromEntries(PM2_KEYS.map((name) => [name, OF_PM2])),
    ...Object.fromEntries(['uid', 'gid', 'user', 'username'].map((name) => [name, ACCOUNT])),
    cwd: (field) => assign(keys, 'cwd', field.text()),
    autostart: (field) => assign(keys, 'enabled', field.flag()),
    max_memory_restart: (field) => assign(keys, 'memory', wrap('soft', readSize(field))),
    kill_timeout: (field) => assign(keys, 'stop', wrap('grace_period', readUnits(field, 1))),
    port: (field) => {
      const port = field.number();
      if (port !== undefined) draft.addPort(service, field, port, 'http');
    },
    namespace: without('services are not called by a namespace', 'commands take several names'),
    source_map_support: (field) => {
      if (field.flag()) keys.env = { ...keys.env, NODE_OPTIONS: '--enable-source-maps' };
    },
    ignore_watch: (field) => {
      if (!app.field('watch')) field.lost('nothing is watched');
    },
    watch_options: without('how files are watched is not configured'),
    watch_delay: without('changes of files are gathered for 100 ms'),
    wait_ready: without("nobody hears `process.send('ready')`", 'see `readiness` in the reference: `http`, `tcp`, `log` or `notify`'),
    listen_timeout: without('it belongs to `wait_ready` and to reloads of a cluster', '`readiness.start_timeout`'),
    shutdown_with_message: without('services are stopped by a signal', '`stop.command` runs a command before it'),
    treekill: (field) => {
      if (field.flag() === false) field.lost('a service is stopped with all its processes');
    },
    cron_restart: BY_THE_CLOCK,
    cron: BY_THE_CLOCK,
    pid_file: without('the pid is in the state folder, NAME/.pid'),
    pid: without('the pid is in the state folder, NAME/.pid'),
    filter_env: without('say what is inherited', '`inherit_env: [PATH, HOME]`'),
    post_update: without('omniroute updates no code'),
  };
}

const ENV_HINT = 'for each environment a file: `omniroute -f omniroute.yaml -f production.yaml up`';
const DONE_ELSEWHERE =
  'script exec name args interpreter exec_interpreter node_args nodeArgs interpreter_args interpreterArgs autorestart restart_delay exp_backoff_restart_delay max_restarts min_uptime stop_exit_codes instances exec_mode instance_var'.split(
    ' ',
  );
const LOG_KEYS =
  'out_file out output out_log error_file error err err_file err_log log_file log log_date_format log_type time merge_logs combine_logs disable_logs'.split(
    ' ',
  );
const PM2_KEYS =
  'vizion pmx trace disable_trace v8 deep_monitoring event_loop_inspector automation force append_env_to_name name_prefix increment_var write io install_url execute_command windowsHide kill_retry_time disable_source_map_support'.split(
    ' ',
  );
