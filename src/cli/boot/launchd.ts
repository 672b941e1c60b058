// An agent or a daemon of launchd, on macOS.
import { join } from 'node:path';
import { engineName } from '../../export/engine-name.ts';
import type { BootRequest } from './boot-request.ts';
import { type Account, type BootStarter, problemOf, type RunProgram } from './starter.ts';

type Plist = string | number | boolean | readonly Plist[] | { readonly [key: string]: Plist };

/** The property list: restarted where omniroute itself failed, and given the time to stop everything. */
export function writePlist({ name, dir, command, path, user, stopTimeoutMs }: BootRequest): string {
  const plist: Plist = {
    Label: labelOf(name),
    ProgramArguments: command,
    WorkingDirectory: dir,
    EnvironmentVariables: { PATH: path },
    ...(user === null ? {} : { UserName: user }),
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ExitTimeOut: Math.ceil(stopTimeoutMs / 1000),
    // launchd must not end what omniroute stops in order.
    AbandonProcessGroup: true,
    StandardOutPath: '/dev/null',
    ProcessType: 'Standard',
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Made by "omniroute boot install", which writes it anew; "omniroute boot remove" takes it away. -->
<plist version="1.0">
${writeValue(plist, '')}
</plist>
`;
}

export function createLaunchd(request: BootRequest, account: Account, run: RunProgram): BootStarter {
  const label = labelOf(request.name);
  const isSystem = request.scope === 'system';
  const domain = isSystem ? 'system' : `gui/${account.uid}`;
  const path = join(isSystem ? '/Library/LaunchDaemons' : join(account.home, 'Library/LaunchAgents'), `${label}.plist`);
  return {
    path,
    text: writePlist(request),
    // Not bootstrapped: that would start it at once.
    enable: () => problemOf(run('launchctl', ['enable', `${domain}/${label}`])),
    disable: () => problemOf(run('launchctl', ['disable', `${domain}/${label}`])),
    findProblems: () => {
      const answer = run('launchctl', ['print-disabled', domain]);
      const problem = problemOf(answer);
      if (problem !== null) return [problem];
      const off = new RegExp(`"${label.replaceAll('.', '\\.')}" => (true|disabled)`).test(answer.stdout);
      return off ? [`launchd says that ${label} is disabled`] : [];
    },
    startHint: `launchctl bootstrap ${domain} ${path}`,
  };
}

function labelOf(name: string): string {
  return `dev.omniroute.${engineName(name)}`;
}

function writeValue(value: Plist, indent: string): string {
  if (typeof value === 'string') return `${indent}<string>${escapeXml(value)}</string>`;
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>`;
  if (typeof value === 'boolean') return `${indent}<${value}/>`;
  const inner = `${indent}  `;
  if (isList(value)) return [`${indent}<array>`, ...value.map((each) => writeValue(each, inner)), `${indent}</array>`].join('\n');
  const entries = Object.entries(value).flatMap(([key, each]) => [`${inner}<key>${escapeXml(key)}</key>`, writeValue(each, inner)]);
  return [`${indent}<dict>`, ...entries, `${indent}</dict>`].join('\n');
}

function isList(value: Plist): value is readonly Plist[] {
  return Array.isArray(value);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
