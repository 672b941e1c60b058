// Generated from schemas/omniroute.schema.json by scripts/generate.mjs. What omniroute.yaml may hold.

export type EnvFileSource =
  | string
  | {
      /**
       * The file.
       */
      path: string;
      /**
       * Whether a missing file is an error.
       */
      required?: boolean;
    };
export type ScheduleFile =
  | {
      /**
       * Minute, hour, day of month, month, day of week, with a field for the second in front if there are six; or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`.
       */
      cron: string;
      /**
       * IANA name of the time zone that the line is about.
       */
      timezone?: string;
      /**
       * Its time has come while the run before still goes on: `skip` this one, `queue` it (one at most), or `replace` the run that goes on.
       */
      overlap?: 'skip' | 'queue' | 'replace';
      /**
       * Its time passed while omniroute was not running or the machine was asleep: `run` it once as soon as possible, or `skip` it.
       */
      misfire?: 'run' | 'skip';
    }
  | string;
export type InstancesFile =
  | {
      /**
       * How many.
       */
      count: number;
      /**
       * How many may be not ready at a time when all of them are restarted, by `restart`, by a reload or by `watch`.
       */
      max_unavailable?: number;
    }
  | number;
export type RestartFile =
  | {
      /**
       * Which ends are followed by another run.
       */
      policy?: 'always' | 'on-failure' | 'never';
      /**
       * How a planned restart goes (`restart`, a reload, `watch`): `replace` stops the old run first; `overlap` starts the new one beside it, and stops the old one when that is ready. It takes a place more: `NAME:1` and `NAME:2` take turns. Crashes are restarted in place.
       */
      strategy?: 'replace' | 'overlap';
      backoff?: BackoffFile;
      /**
       * Ready uptime that resets attempts and backoff.
       */
      stable_after?: string;
      /**
       * Restarts in a row before giving up, or `unlimited`.
       */
      max_attempts?: number | string;
      /**
       * Crashes within `window` before giving up, or `unlimited`. Whichever limit is reached first counts.
       */
      max_crashes?: number | string;
      /**
       * Length of the sliding window of `max_crashes`.
       */
      window?: string;
      /**
       * Time after giving up until it is tried afresh, or `never`.
       */
      retry_after?: string;
    }
  | string;
/**
 * `restart`, or `{signal: NAME}`.
 */
export type WatchActionFile =
  | string
  | {
      /**
       * Signal to send.
       */
      signal:
        | 'SIGTERM'
        | 'SIGINT'
        | 'SIGHUP'
        | 'SIGQUIT'
        | 'SIGKILL'
        | 'SIGUSR1'
        | 'SIGUSR2'
        | 'SIGABRT'
        | 'SIGALRM'
        | 'SIGBUS'
        | 'SIGCHLD'
        | 'SIGCONT'
        | 'SIGFPE'
        | 'SIGILL'
        | 'SIGIO'
        | 'SIGPIPE'
        | 'SIGPROF'
        | 'SIGPWR'
        | 'SIGSEGV'
        | 'SIGSTKFLT'
        | 'SIGSTOP'
        | 'SIGSYS'
        | 'SIGTRAP'
        | 'SIGTSTP'
        | 'SIGTTIN'
        | 'SIGTTOU'
        | 'SIGURG'
        | 'SIGVTALRM'
        | 'SIGWINCH'
        | 'SIGXCPU'
        | 'SIGXFSZ';
    };
export type HookFile =
  | {
      /**
       * Program and arguments; no shell.
       */
      command?: (string | number | boolean)[] | string;
      /**
       * A line for `/bin/sh -c`, instead of `command`.
       */
      shell?: string;
      /**
       * Killed after this long, and counted as failed.
       */
      timeout?: string;
    }
  | (string | number | boolean)[]
  | string;
/**
 * Services it needs first: a list, or a map with conditions.
 */
export type DependenciesFile =
  | string[]
  | {
      [k: string]: DependencyFile;
    };

/**
 * The long-running programs that belong together on one machine. Strings may hold `${env.NAME}`, `${env.NAME:-default}`, `${ports.NAME}`, `${services.NAME.ports.NAME}`, `${services.NAME.outputs.NAME}` (in `command` and `env`), `${project.name}`, `${project.dir}` and `${service.dir}`; `$${` is a literal `${`. Relative paths start at the folder of the file they are written in.
 */
export interface ProjectFile {
  /**
   * Version of the file's language.
   */
  version?: 1;
  /**
   * Name of the project, shown by `ps` and part of what identifies its processes.
   */
  name?: string;
  /**
   * Folder for logs, pid files, crash reports and the supervisor's own state.
   */
  state_dir?: string;
  /**
   * Files merged before this one, in order; a later file wins and this file wins over all of them. `null` removes a key.
   */
  include?: string | string[];
  env?: EnvFile;
  /**
   * Files of `NAME=value` lines for every service; they win over `env` beside them, and `${env.NAME}` sees them where omniroute's own environment lacks the name.
   */
  env_file?: EnvFileSource[] | string;
  reload?: ReloadFile;
  logs?: LogsFile;
  /**
   * Named groups of services that start only with `--profile NAME` or when named.
   */
  profiles?: {
    [k: string]: string[];
  };
  /**
   * Who is told when a service gives up, when it recovers, and when a change of this file is rolled back.
   */
  notifications?: NotificationFile[];
  /**
   * Services that crash together, by name of the group. A service belongs to one group at most.
   */
  groups?: {
    [k: string]: GroupFile;
  };
  /**
   * What holds the processes of a service together. `cgroup`: a control group of its own, in which it is born, so that nothing escapes, and which is killed as a whole; refused where this machine has none to give. `group`: its process group, its session, its marked and its seen descendants. `auto`: a control group where there is one, else what `group` says.
   */
  contain?: 'auto' | 'cgroup' | 'group';
  /**
   * What becomes of the services when omniroute itself is killed: they run on until the next `up` takes them over (`keep`), or are stopped in order at once (`stop`).
   */
  on_supervisor_death?: 'keep' | 'stop';
  defaults?: ServiceFile;
  /**
   * The programs, by name. A name with `/` is a folder in the state folder.
   */
  services: {
    [k: string]: ServiceFile;
  };
}
/**
 * Variables by name. Numbers and booleans become text as written.
 */
export interface EnvFile {
  [k: string]: string | number | boolean;
}
export interface ReloadFile {
  /**
   * Whether saving the file applies it.
   */
  watch?: boolean;
  /**
   * How long changed services are on probation after a reload.
   */
  settle?: string;
  /**
   * What happens when a changed service fails on probation.
   */
  on_failure?: 'rollback' | 'keep';
}
export interface LogsFile {
  /**
   * Size at which a service's log is rotated.
   */
  max_size?: string;
  /**
   * Rotated files kept beside the current one.
   */
  keep?: number;
  /**
   * What of a longer line is matched by patterns; the log keeps all of it.
   */
  max_line?: string;
}
/**
 * Somebody to tell: by `webhook`, or by `command` (or `shell`). Those of one entry are told one after another, in order.
 */
export interface NotificationFile {
  /**
   * What is told: `failed`, a service gave up; `recovered`, one that had given up is ready, or completed; `rolled-back`, a change of the file was taken back.
   */
  on?: ('failed' | 'recovered' | 'rolled-back')[];
  /**
   * Only what concerns these.
   */
  services?: string[];
  webhook?: WebhookFile;
  /**
   * Program to run, in the file's folder; no shell. What there is to tell is in OMNIROUTE_EVENT, OMNIROUTE_PROJECT, OMNIROUTE_SERVICE, OMNIROUTE_TEXT, and all of it as JSON in OMNIROUTE_NOTIFICATION.
   */
  command?: (string | number | boolean)[] | string;
  /**
   * A line for `/bin/sh -c`, instead of `command`.
   */
  shell?: string;
  /**
   * Of one attempt; a command is then killed with all it started.
   */
  timeout?: string;
  /**
   * How often it is tried, with waits of 1s, 5s, 30s, then 2m between. That it did not succeed is then an event of the journal.
   */
  attempts?: number;
  /**
   * The same event about the same service is told again only after this long; what it is by then is told once more if it is not what was told last.
   */
  repeat_after?: string;
}
export interface WebhookFile {
  /**
   * An address that answers a POST with 2xx. Redirects are not followed.
   */
  url: string;
  /**
   * Headers by name.
   */
  headers?: {
    [k: string]: string;
  };
}
export interface GroupFile {
  /**
   * After a crash of one, restarted along with it are all others (`one-for-all`), or those that stand after it in `services` (`rest-for-one`); it starts again once they are gone.
   */
  strategy: 'one-for-all' | 'rest-for-one';
  /**
   * Its members, in order.
   */
  services: string[];
}
/**
 * A program: `command`, `shell` or `uses` says which.
 */
export interface ServiceFile {
  /**
   * What it is, for people.
   */
  description?: string;
  /**
   * Container image that holds the program, for `omniroute export`; omniroute itself runs the program on this machine.
   */
  image?: string;
  /**
   * A preset: a ready-made service whose keys can all be overridden here.
   */
  uses?: string;
  /**
   * Options of the preset.
   */
  with?: {};
  /**
   * `job`: meant to finish; done with an exit in `success_exit`.
   */
  type?: 'service' | 'job';
  schedule?: ScheduleFile;
  /**
   * `on-demand`: not at `up`, but when the first connection arrives at one of its `sockets`; after a clean exit it sleeps until the next one.
   */
  start?: 'auto' | 'on-demand';
  instances?: InstancesFile;
  /**
   * `false`: starts only after `enable`.
   */
  enabled?: boolean;
  /**
   * Given up, the project is still fine.
   */
  optional?: boolean;
  /**
   * Program and arguments; no shell. A string is split into words, quotes respected.
   */
  command?: (string | number | boolean)[] | string;
  /**
   * A line for `/bin/sh -c`, instead of `command`.
   */
  shell?: string;
  /**
   * Folder to run in.
   */
  cwd?: string;
  env?: EnvFile;
  /**
   * Files of `NAME=value` lines; they win over the project's variables, `env` wins over them.
   */
  env_file?: EnvFileSource[] | string;
  /**
   * Variables taken from omniroute's own environment: all, none, or these. HOSTNAME comes along only when named in `env`.
   */
  inherit_env?: boolean | string[];
  /**
   * TCP ports the service listens on, by name: a number, or `auto` for a free one. Exported as `PORT_NAME`, the first as `PORT` too; a taken one is waited for.
   */
  ports?: {
    [k: string]: number | string;
  };
  /**
   * Listening sockets that omniroute holds for the service, by name. It gets them as descriptors 3, 4 … in this order, as systemd passes them (`LISTEN_FDS`, `LISTEN_FDNAMES`, `LISTEN_PID`); connections wait while it restarts, and none is refused. An address that somebody else listens on is waited for.
   */
  sockets?: {
    /**
     * A listening socket that is held for a service.
     */
    [k: string]: {
      /**
       * Host and port, as in `127.0.0.1:8080` or `[::1]:8080`, or the path of a unix socket, as in `./app.sock`.
       */
      listen: string;
    };
  };
  readiness?: ReadinessFile;
  liveness?: LivenessFile;
  /**
   * The ready service must announce itself at least this often, as it does for `readiness.notify` (a newline, or `WATCHDOG=1`); silent for longer, it is restarted with the cause `liveness`. Exported as `WATCHDOG_USEC`.
   */
  watchdog?: string;
  restart?: RestartFile;
  /**
   * Exit codes and signals that count as a clean end. 143, 130 and the stop signal count too when omniroute asked for the stop.
   *
   * Items: An exit code, or the name of the signal that ended the process; on Linux also `SIGRTMIN` to `SIGRTMIN+30`.
   */
  success_exit?: (number | string)[];
  stop?: StopFile;
  memory?: MemoryFile;
  /**
   * What to do about particular crashes, in order; the first that matches an unplanned end wins.
   */
  crash_rules?: CrashRuleFile[];
  /**
   * Values captured from its output, by name: the first group of the expression, else the whole match. Others use them as `${services.NAME.outputs.NAME}`.
   */
  outputs?: {
    [k: string]: LogPatternFile;
  };
  watch?: WatchFile;
  hooks?: HooksFile;
  depends_on?: DependenciesFile;
}
export interface ReadinessFile {
  http?: HttpProbeFile;
  tcp?: TcpProbeFile;
  exec?: ExecProbeFile;
  log?: LogPatternFile;
  /**
   * Outputs that must all have been captured.
   */
  outputs?: string[];
  /**
   * It says so itself: `fd`, by a newline to the descriptor whose number is in `NOTIFY_FD`; `systemd`, by `READY=1` to the socket in `NOTIFY_SOCKET` (sd_notify; needs perl or python3 on this machine).
   */
  notify?: 'fd' | 'systemd';
  /**
   * Time between attempts.
   */
  period?: string;
  /**
   * Of one attempt; one is in flight at a time.
   */
  timeout?: string;
  /**
   * Not ready this long after the start: the run is ended with the cause `start-timeout`. Or `unlimited`.
   */
  start_timeout?: string;
  /**
   * Failed attempts in a row that make a ready service unready.
   */
  failure_threshold?: number;
  /**
   * A line matching one of these ends the start at once and is quoted as the reason.
   *
   * Items: A regular expression (JavaScript), matched line by line with colours removed.
   */
  fail_on?: string[];
}
export interface HttpProbeFile {
  /**
   * Address asked with GET.
   */
  url: string;
  /**
   * Statuses that count as success: a number, a range, or a list of both.
   */
  status?: number | string | (number | string)[];
}
export interface TcpProbeFile {
  /**
   * Port that must accept a connection.
   */
  port: number | string;
  /**
   * Host name or address.
   */
  host?: string;
}
export interface ExecProbeFile {
  /**
   * Command whose exit 0 is success.
   */
  command: (string | number | boolean)[] | string;
}
export interface LogPatternFile {
  /**
   * Regular expression, matched line by line within the current run, colours removed.
   */
  match: string;
  /**
   * Where the line must come from.
   */
  stream?: 'any' | 'out' | 'err';
}
export interface LivenessFile {
  http?: HttpProbeFile;
  tcp?: TcpProbeFile;
  exec?: ExecProbeFile;
  /**
   * Time between attempts.
   */
  period?: string;
  /**
   * Of one attempt.
   */
  timeout?: string;
  /**
   * Failed attempts in a row that end the run with the cause `liveness`.
   */
  failure_threshold?: number;
}
export interface BackoffFile {
  /**
   * Delay of the first restart after a stable run.
   */
  first?: string;
  /**
   * Delay of the second.
   */
  initial?: string;
  /**
   * What each further delay is multiplied by.
   */
  factor?: number;
  /**
   * No delay is longer.
   */
  max?: string;
  /**
   * Share of a delay that is random, so that services do not come back in step.
   */
  jitter?: number;
}
export interface StopFile {
  /**
   * First signal, sent once to the whole process group.
   */
  signal?:
    | 'SIGTERM'
    | 'SIGINT'
    | 'SIGHUP'
    | 'SIGQUIT'
    | 'SIGKILL'
    | 'SIGUSR1'
    | 'SIGUSR2'
    | 'SIGABRT'
    | 'SIGALRM'
    | 'SIGBUS'
    | 'SIGCHLD'
    | 'SIGCONT'
    | 'SIGFPE'
    | 'SIGILL'
    | 'SIGIO'
    | 'SIGPIPE'
    | 'SIGPROF'
    | 'SIGPWR'
    | 'SIGSEGV'
    | 'SIGSTKFLT'
    | 'SIGSTOP'
    | 'SIGSYS'
    | 'SIGTRAP'
    | 'SIGTSTP'
    | 'SIGTTIN'
    | 'SIGTTOU'
    | 'SIGURG'
    | 'SIGVTALRM'
    | 'SIGWINCH'
    | 'SIGXCPU'
    | 'SIGXFSZ';
  /**
   * From the signal to SIGKILL.
   */
  grace_period?: string;
  /**
   * Run before the signal.
   */
  command?: (string | number | boolean)[] | string;
}
export interface MemoryFile {
  /**
   * Node's heap limit: `--max-old-space-size` in NODE_OPTIONS, unless that is set there.
   */
  heap?: string;
  /**
   * Above it, an event says so.
   */
  warn?: string;
  /**
   * Above it in 3 of 5 samples: a planned restart.
   */
  soft?: string;
  /**
   * Above it once: the run is ended as a crash.
   */
  hard?: string;
  /**
   * Time between samples.
   */
  period?: string;
}
export interface CrashRuleFile {
  /**
   * Named in `why` and events; unique within the service.
   */
  name: string;
  when: CrashConditionFile;
  /**
   * Done in order.
   */
  then: CrashActionFile[];
  /**
   * How often the rule may fire.
   */
  at_most?: string;
}
export interface CrashConditionFile {
  log?: LogConditionFile;
  /**
   * How the run ended.
   */
  cause?: (
    | 'exit'
    | 'signal'
    | 'spawn-error'
    | 'start-timeout'
    | 'fail-on'
    | 'liveness'
    | 'oom-heap'
    | 'oom-kernel'
    | 'memory-soft'
    | 'memory-hard'
    | 'dependency'
    | 'file-watch'
    | 'config-reload'
    | 'user'
    | 'down'
    | 'lost'
    | 'unknown'
  )[];
  /**
   * Exit codes and signals.
   *
   * Items: An exit code, or the name of the signal that ended the process; on Linux also `SIGRTMIN` to `SIGRTMIN+30`.
   */
  exits?: (number | string)[];
  /**
   * `true`: only when the restarts are used up; `false`: only while they are not.
   */
  gave_up?: boolean;
}
export interface LogConditionFile {
  /**
   * Regular expression; its groups are `$1`, `$2` … in the actions.
   */
  match?: string;
  /**
   * Phrases, taken literally, in any case of letters; instead of `match`.
   */
  any_of?: string[];
  /**
   * How many different phrases must be found.
   */
  at_least?: number;
  /**
   * How many last lines are searched.
   */
  last_lines?: number;
}
export interface CrashActionFile {
  /**
   * Stop this service (or `self`) and keep it down until it is enabled.
   */
  disable?: string;
  /**
   * Start this service (or `self`) again at once, with fresh counts.
   */
  retry?: string;
  /**
   * Restart this service (or `self`).
   */
  restart?: string;
  /**
   * Give up for good, with this message.
   */
  fail?: string;
  /**
   * Wait until this port is free; not counted.
   */
  wait_for_port?: string | number;
  /**
   * Start again after this long; not counted.
   */
  wait?: string;
  /**
   * Back off as usual, but never give up.
   */
  keep_trying?: true;
}
export interface WatchFile {
  /**
   * Files and folders.
   */
  paths: string[];
  /**
   * Globs, relative to the project's folder. `.git`, `node_modules` and editors' temporary files never count.
   */
  ignore?: string[];
  action?: WatchActionFile;
}
export interface HooksFile {
  pre_start?: HookFile;
  post_ready?: HookFile;
  pre_stop?: HookFile;
  post_exit?: HookFile;
}
export interface DependencyFile {
  /**
   * What must hold before the start.
   */
  condition?: 'started' | 'ready' | 'completed';
  /**
   * When this service is restarted along with the dependency: on a planned restart, a crash, both or never.
   */
  restart?: 'never' | 'on-update' | 'on-crash' | 'always';
}
