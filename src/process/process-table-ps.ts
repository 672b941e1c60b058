// Where there is no /proc (macOS, the BSDs): the same facts from ps, with a start time of whole seconds.
import { spawnSync } from 'node:child_process';
import { type ProcessRow, TICKS_PER_SECOND } from './process-row.ts';

type Line = [pid: string, parent: string, group: string, state: string, rssKib: string, cpuTime: string, started: string];
const LINE = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/;

/** One process, or all of them for null. */
export function listByPs(pid: number | null): ProcessRow[] {
  const which = pid === null ? ['-A'] : ['-p', String(pid)];
  const ps = spawnSync('ps', [...which, '-o', 'pid=,ppid=,pgid=,stat=,rss=,time=,lstart='], {
    encoding: 'latin1',
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  });
  if (ps.error !== undefined) throw ps.error;
  return ps.stdout.split('\n').flatMap((line) => parseLine(line) ?? []);
}

function parseLine(line: string): ProcessRow | null {
  const found = LINE.exec(line);
  if (found === null) return null;
  const [pid, parent, group, state, rssKib, cpuTime, started] = found.slice(1) as Line;
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    // ps shows an address there, not a number that a process has.
    session: 0,
    startTime: Date.parse(`${started} UTC`) / 1000,
    dead: state.startsWith('Z'),
    kernelThread: false,
    cpuTicks: parseCpuTime(cpuTime) * TICKS_PER_SECOND,
    rssBytes: Number(rssKib) * 1024,
  };
}

/** `[[days-]hours:]minutes:seconds` → seconds. */
function parseCpuTime(text: string): number {
  const [days, clock] = text.includes('-') ? text.split('-') : ['0', text];
  return (clock ?? '0').split(':').reduce((total, part) => total * 60 + Number(part), Number(days) * 24);
}
