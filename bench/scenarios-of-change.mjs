// Scenarios in which services start and end.
import { setTimeout as sleep } from 'node:timers/promises';
import { settle, startAndSettle } from './settle.mjs';

const RESTARTS = 10;

export const SCENARIOS_OF_CHANGE = [
  {
    name: 'up',
    rows: [
      {
        figure: 'up',
        label: 'up of 100, to the last first instruction',
        unit: 'ms',
        target: '≤ 1.5 × bare',
        met: ({ own, bare }) => own.up <= 1.5 * bare.up,
      },
    ],
    async play(stage, contestant) {
      const fromMs = performance.now();
      const started = contestant.start(stage, stage.services(100));
      const { atMs } = await stage.marked(100);
      await started;
      return { up: atMs - fromMs };
    },
  },
  {
    name: 'adopt',
    rows: [
      {
        figure: 'adopt',
        label: 'omniroute killed, the next `up`: to the last of 100 taken over',
        unit: 'ms',
        target: '< 200 ms',
        met: ({ own }) => own.adopt < 200,
      },
      { figure: 'adopted', label: '… of that, from its first event on', unit: 'ms' },
    ],
    canPlay: ({ takesOver }) => takesOver,
    async play(stage, contestant) {
      const pid = await startAndSettle(stage, contestant, 100);
      process.kill(pid, 'SIGKILL');
      const fromMs = Date.now();
      await contestant.startAgain(stage);
      const adopted = contestant.eventsOf(stage).filter(({ type }) => type === 'adopted');
      if (adopted.length !== 100) throw new Error(`${adopted.length} of 100 were taken over`);
      const begun = contestant.eventsOf(stage).findLast(({ type }) => type === 'supervisor-started');
      const last = Math.max(...adopted.map(({ time }) => time));
      return { adopt: last - fromMs, adopted: last - begun.time };
    },
  },
  {
    name: 'down',
    rows: [
      {
        figure: 'down',
        label: 'down of 100, to the last one gone',
        unit: 'ms',
        target: '≤ 3 × bare + one CLI start',
        met: ({ own, bare }) => own.down <= 3 * bare.down + own.start,
      },
      { figure: 'start', label: '… one CLI start (`--version`)', unit: 'ms' },
    ],
    async play(stage, contestant) {
      const pid = await startAndSettle(stage, contestant, 100);
      const start = await stage.time(contestant.version, contestant.env?.(stage));
      const gone = stage.watchEnd();
      const fromMs = performance.now();
      await contestant.stop(stage, pid);
      return { down: (await gone) - fromMs, start };
    },
  },
  {
    name: 'restart',
    rows: [
      {
        figure: 'restart',
        label: 'SIGKILL to the next first instruction',
        unit: 'ms',
        target: '≤ 2 × bare',
        met: ({ own, bare }) => own.restart <= 2 * bare.restart,
      },
    ],
    play: async (stage, contestant) => ({ restart: await timeRestarts(stage, contestant) }),
  },
  {
    name: 'restart-in-group',
    rows: [{ figure: 'restartInGroup', label: '… with `contain: group`, for which the kernel waits for nobody', unit: 'ms' }],
    canPlay: ({ contains }) => contains,
    play: async (stage, contestant) => ({ restartInGroup: await timeRestarts(stage, contestant.containing('group')) }),
  },
  {
    name: 'reload',
    rows: [
      {
        figure: 'reload',
        label: '1 of 50 changed: save to its new process',
        unit: 'ms',
        target: '≤ 200 ms',
        met: ({ own }) => own.reload <= 200,
      },
      { figure: 'touched', label: '… others restarted', unit: '', target: '0', met: ({ own }) => own.touched === 0 },
    ],
    canPlay: ({ followsItsFile }) => followsItsFile,
    async play(stage, contestant) {
      await startAndSettle(stage, contestant, 50);
      const changed = stage.services(50).with(25, stage.service('s25', '-changed'));
      const fromMs = performance.now();
      contestant.write(stage, changed);
      const { name, atMs } = await stage.marked(51);
      await settle();
      const touched = stage.marks.length - 51 + (name === 's25-changed' ? 0 : 1);
      return { reload: atMs - fromMs, touched };
    },
  },
];

async function timeRestarts(stage, contestant) {
  await startAndSettle(stage, contestant, 1);
  const tookMs = [];
  for (let nth = 1; nth <= RESTARTS; nth++) {
    const { pid } = stage.marks.at(-1);
    const fromMs = performance.now();
    process.kill(pid, 'SIGKILL');
    tookMs.push((await stage.marked(nth + 1)).atMs - fromMs);
    await sleep(100);
  }
  return tookMs;
}
