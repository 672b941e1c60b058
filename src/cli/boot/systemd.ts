// A unit of systemd for the whole project.
import { join } from 'node:path';
import { engineName } from '../../export/engine-name.ts';
import { unitCommand, unitText, unitWord, writeUnit } from '../../export/unit-text.ts';
import { EXIT } from '../exit-code.ts';
import type { BootRequest } from './boot-request.ts';
import { type Account, type BootStarter, problemOf, type RunProgram } from './starter.ts';

/** The unit's text: systemd gets out of omniroute's way, and ends what is left only when omniroute took too long. */
export function writeBootUnit({ scope, name, dir, command, path, user, stopTimeoutMs }: BootRequest): string {
  const unit = writeUnit({
    Unit: [
      ['Description', unitText(`${name}, supervised by omniroute`)],
      // However often it was killed: nobody else would start the services again.
      ['StartLimitIntervalSec', '0'],
      ...(scope === 'system'
        ? ([
            ['Wants', 'network-online.target'],
            ['After', 'network-online.target'],
          ] as const)
        : []),
    ],
    Service: [
      ['Type', 'exec'],
      ['WorkingDirectory', unitText(dir)],
      ['ExecStart', unitCommand(command)],
      ['Environment', unitWord(`PATH=${path}`)],
      ...(user === null ? [] : ([['User', user]] as const)),
      // What services print is in their logs; what omniroute has to say is on stderr, and in the journal.
      ['StandardOutput', 'null'],
      ['Restart', 'on-failure'],
      ['RestartSec', '1s'],
      // Wrong words, another supervisor, a broken file: trying again would change nothing.
      ['RestartPreventExitStatus', `${EXIT.usage} ${EXIT.lockedByAnother} ${EXIT.invalidFile}`],
      // The stop signal is for omniroute alone, which stops the services in their order. What is left is killed, also where omniroute was: systemd
      // cannot start a unit in a group whose subgroups are still in use (219/CGROUP).
      ['KillMode', 'mixed'],
      ['TimeoutStopSec', `${Math.ceil(stopTimeoutMs / 1000)}s`],
      // A service that is out of memory is omniroute's to restart, and does not end the others.
      ['OOMPolicy', 'continue'],
      ['Delegate', 'yes'],
    ],
    Install: [['WantedBy', scope === 'system' ? 'multi-user.target' : 'default.target']],
  });
  return `# Made by \`omniroute boot install\`, which writes it anew; \`omniroute boot remove\` takes it away.\n${unit}`;
}

export function createSystemd(request: BootRequest, account: Account, run: RunProgram): BootStarter {
  const { scope, name } = request;
  const unit = `omniroute-${engineName(name)}.service`;
  const folder = scope === 'system' ? '/etc/systemd/system' : join(account.configHome, 'systemd/user');
  const flags = scope === 'system' ? [] : ['--user'];
  const systemctl = (...words: string[]) => run('systemctl', [...flags, ...words]);
  const lingers = (): boolean => run('loginctl', ['show-user', account.name, '--property=Linger', '--value']).stdout.trim() === 'yes';
  return {
    path: join(folder, unit),
    text: writeBootUnit(request),
    enable: () => {
      // `enable` and `disable` have systemd read its files again.
      const problem = explainNoBus(problemOf(systemctl('enable', unit)), account);
      if (problem !== null || scope === 'system' || lingers()) return problem;
      // Without it a user's services start with the first login and end with the last.
      return problemOf(run('loginctl', ['enable-linger', account.name]));
    },
    disable: () => problemOf(systemctl('disable', unit)),
    findProblems: () => {
      const answer = systemctl('is-enabled', unit);
      const state = answer.stdout.trim();
      return [
        ...(state === 'enabled' ? [] : [`systemd says that ${unit} is ${state === '' ? `not enabled: ${answer.stderr.trim()}` : state}`]),
        ...(scope === 'system' || lingers()
          ? []
          : [`services of ${account.name} start with a login, not at boot: \`loginctl enable-linger ${account.name}\``]),
      ];
    },
    startHint: `${['systemctl', ...flags].join(' ')} start ${unit}`,
  };
}

/** A shell that `su` or `sudo` opened is no login: nothing has told it where its user's systemd is, which may not even run. */
function explainNoBus(problem: string | null, { name, uid }: Account): string | null {
  if (problem === null || !problem.includes('Failed to connect to bus') || uid === 0) return problem;
  return `${problem}; where this shell is no login of ${name}: \`sudo loginctl enable-linger ${name}; export XDG_RUNTIME_DIR=/run/user/${uid}\``;
}
