// What the machine's offers mean for omniroute and for this project. Pure.
import type { ProjectSpec } from '../spec.ts';
import type { Finding } from './finding.ts';
import type { MachineFacts } from './machine-facts.ts';

/** Two pipes with both ends in the instant of a start, a descriptor of /proc, the log and its index. */
const DESCRIPTORS_PER_SERVICE = 8;
const DESCRIPTORS_OF_ITS_OWN = 300;
const FEW_WATCHES = 8_192;
const FEW_INSTANCES = 64;

const DELEGATE = 'systemd-run --user --scope -p Delegate=yes omniroute up -d';

type Part = (facts: MachineFacts, project: ProjectSpec | null) => Finding;

/** In the order in which people ask; `project` null: there is none here. */
export function examineMachine(facts: MachineFacts, project: ProjectSpec | null): Finding[] {
  const parts: Part[] = [
    examineNode,
    examineRuntimeFolder,
    examineMkfifo,
    examineProcesses,
    examineCgroups,
    examineDescriptors,
    examineWatches,
    examineDisk,
  ];
  return parts.map((part) => part(facts, project));
}

function examineNode({ nodeVersion, platform }: MachineFacts): Finding {
  const subject = 'node';
  if (platform !== 'linux') return note(subject, `Node ${nodeVersion} on ${platform}, where omniroute is not tested`, null);
  if (Number(nodeVersion.split('.')[0]) >= 22) return good(subject, `Node ${nodeVersion}`);
  return note(
    subject,
    `Node ${nodeVersion} works, but is maintained no longer; from Node 22 on compiled code is kept, so that omniroute starts faster`,
    'install Node 24',
  );
}

function examineRuntimeFolder({ runtimeFolder }: MachineFacts): Finding {
  const subject = 'runtime folder';
  if (runtimeFolder === null)
    return note(
      subject,
      'none of the system can be had: sockets and pipes go into the state folder, on a disk',
      'export XDG_RUNTIME_DIR=/run/user/$(id -u)',
    );
  const { path, isInMemory } = runtimeFolder;
  if (isInMemory) return good(subject, `${path}, in memory`);
  return note(subject, `${path} is on a disk: pipes work there too, but survive a reboot as files`, null);
}

function examineMkfifo({ hasMkfifo }: MachineFacts): Finding {
  const subject = 'mkfifo';
  if (hasMkfifo) return good(subject, 'is on PATH');
  return risk(subject, 'is not on PATH: no service can be started without its pipes', 'apt-get install coreutils');
}

function examineProcesses({ seesAllProcesses }: MachineFacts): Finding {
  const subject = 'processes';
  if (seesAllProcesses === null)
    return note(subject, 'there is no /proc: children that leave their group are not found, nor services after omniroute died', null);
  if (seesAllProcesses) return good(subject, 'can all be seen: whatever escapes from a service is found');
  return note(
    subject,
    'of other users are hidden (hidepid): a child that became another user is not found',
    'mount -o remount,hidepid=0 /proc',
  );
}

function examineCgroups({ cgroups }: MachineFacts, project: ProjectSpec | null): Finding {
  const subject = 'control groups';
  if (cgroups === null) return note(subject, 'are a thing of Linux: a child that sheds every mark is not found here', null);
  const { obstacle, limitsMemory, killsAtOnce, slowMount } = cgroups;
  if (obstacle !== null) {
    const level = project?.contain === 'cgroup' ? risk : note;
    return level(subject, `${obstacle}: a child that sheds every mark is not found`, DELEGATE);
  }
  const isLimited = Object.values(project?.services ?? {}).some(({ memory }) => memory.hardBytes !== null);
  if (isLimited && !limitsMemory)
    return note(
      subject,
      'a run has one of its own, but memory.hard is for omniroute alone to watch: the memory controller is not given',
      DELEGATE,
    );
  const limits = limitsMemory ? 'with the kernel behind memory.hard' : 'memory.hard is for omniroute alone to watch';
  const text = `a run has one of its own, which nothing leaves${killsAtOnce ? '' : '; before Linux 5.14 it is killed one by one'}; ${limits}`;
  if (slowMount === null) return good(subject, text);
  const fix = `mount -o remount,favordynmods ${slowMount}`;
  return { ...good(subject, `${text}; a restart after a quiet while waits 5 to 20 ms for the kernel, unless they are mounted so`), fix };
}

function examineDescriptors({ descriptors }: MachineFacts, project: ProjectSpec | null): Finding {
  const subject = 'descriptors';
  if (descriptors === null) return good(subject, 'no limit is known');
  const services = Object.keys(project?.services ?? {}).length;
  const needed = DESCRIPTORS_OF_ITS_OWN + services * DESCRIPTORS_PER_SERVICE;
  if (descriptors >= needed) return good(subject, `${descriptors} may be open, at most ${needed} are needed`);
  return risk(subject, `${descriptors} may be open, and ${services} services may need ${needed}`, `ulimit -Hn ${needed * 2}`);
}

function examineWatches({ fileWatches }: MachineFacts, project: ProjectSpec | null): Finding {
  const subject = 'file watches';
  if (fileWatches === null) return good(subject, 'no limit is known');
  const { watches, instances } = fileWatches;
  const text = `${watches} folders by ${instances} watchers of one user`;
  const watching = Object.values(project?.services ?? {}).some(({ watch }) => watch !== null);
  if (instances < FEW_INSTANCES) return note(subject, `only ${text}: editors need some too`, 'sysctl fs.inotify.max_user_instances=512');
  if (watching && watches < FEW_WATCHES)
    return note(subject, `only ${text}: a watched tree may be larger`, 'sysctl fs.inotify.max_user_watches=524288');
  return good(subject, text);
}

function examineDisk({ freeBytes }: MachineFacts, project: ProjectSpec | null): Finding {
  const subject = 'disk';
  if (freeBytes === null) return note(subject, 'how much is free is not known', null);
  if (project === null) return good(subject, `${describeBytes(freeBytes)} free`);
  const { maxSizeBytes, keep } = project.logs;
  const mostBytes = Object.keys(project.services).length * maxSizeBytes * (keep + 1);
  const text = `${describeBytes(freeBytes)} free, logs may take ${describeBytes(mostBytes)}`;
  return mostBytes <= freeBytes ? good(subject, text) : note(subject, text, 'logs: { max_size: 1MiB, keep: 3 }');
}

function describeBytes(bytes: number): string {
  const mib = bytes / 1024 ** 2;
  return mib >= 1024 ? `${(mib / 1024).toFixed(1)} GiB` : `${Math.round(mib)} MiB`;
}

function good(subject: string, text: string): Finding {
  return { level: 'good', subject, text, fix: null, place: null };
}

function note(subject: string, text: string, fix: string | null): Finding {
  return { level: 'note', subject, text, fix, place: null };
}

function risk(subject: string, text: string, fix: string): Finding {
  return { level: 'risk', subject, text, fix, place: null };
}
