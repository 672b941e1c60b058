// Names that must be names of services, and names that must not meet.
import type { CrashAction } from '../spec.ts';
import type { CheckInput } from './check-input.ts';
import type { Cursor } from './cursor.ts';
import { didYouMean } from './suggestion.ts';

export function checkNames({ project, file }: CheckInput, at: Cursor): void {
  const names = Object.keys(file.services);
  const known = new Set(names);
  const check = (name: string, place: Cursor, mark: 'key' | 'value'): void => {
    if (!known.has(name))
      place.report({ code: 'unknown-service', message: `there is no service \`${name}\`${didYouMean(name, names)}` }, mark);
  };
  for (const [profile, members] of Object.entries(file.profiles)) {
    for (const [index, member] of members.entries()) check(member, at.in('profiles', profile, index), 'value');
  }
  for (const [index, { services = [] }] of file.notifications.entries()) {
    for (const [position, service] of services.entries()) check(service, at.in('notifications', index, 'services', position), 'value');
  }
  checkGroups(file.groups, check, at.in('groups'));
  for (const { name, dependsOn, crashRules } of Object.values(project.services)) {
    const service = at.in('services', name);
    for (const dependency of Object.keys(dependsOn)) check(dependency, service.in('depends_on', dependency), 'key');
    for (const [index, rule] of crashRules.entries()) {
      const place = service.in('crash_rules', index);
      const twin = crashRules.findIndex((each) => each.name === rule.name);
      if (twin < index)
        place.in('name').report({ code: 'duplicate-name', message: `another rule of this service is named \`${rule.name}\` too` });
      for (const [step, action] of rule.then.entries()) {
        if (hasTarget(action)) check(action.service, place.in('then', step, action.type), 'value');
      }
    }
  }
  for (const name of names) {
    checkOwnFiles(name, at);
    checkFolder(name, known, at);
  }
}

type Check = (name: string, place: Cursor, mark: 'key' | 'value') => void;

function checkGroups(groups: CheckInput['file']['groups'], check: Check, at: Cursor): void {
  const groupOf = new Map<string, string>();
  for (const [group, { services }] of Object.entries(groups)) {
    for (const [index, member] of services.entries()) {
      const place = at.in(group, 'services', index);
      check(member, place, 'value');
      const other = groupOf.get(member);
      if (other !== undefined) place.report({ code: 'conflict', message: `\`${member}\` is in the group \`${other}\` already` });
      groupOf.set(member, group);
    }
  }
}

function hasTarget(action: CrashAction): action is Extract<CrashAction, { service: string }> {
  return 'service' in action;
}

// What omniroute keeps in the state folder beside the folders of services.
function checkOwnFiles(name: string, at: Cursor): void {
  const [first = ''] = name.split('/');
  if (!/^(state\.json(\..*)?|last-good\.yaml)$/.test(first)) return;
  const message = `\`${first}\` is the name of one of omniroute's own files`;
  at.in('services', name).report({ code: 'bad-name', message, hint: 'choose another name' }, 'key');
}

// `a/log` would be a folder where the log of `a` is a file.
function checkFolder(name: string, known: ReadonlySet<string>, at: Cursor): void {
  const steps = name.split('/');
  for (let length = 1; length < steps.length; length++) {
    const parent = steps.slice(0, length).join('/');
    if (!known.has(parent) || !/^(log(\..*)?|crashes)$/.test(steps[length] as string)) continue;
    const message = `\`${name}\` is where \`${parent}\` keeps its ${steps[length] === 'crashes' ? 'crash reports' : 'log'}`;
    at.in('services', name).report({ code: 'bad-name', message, hint: 'choose another name' }, 'key');
  }
}
