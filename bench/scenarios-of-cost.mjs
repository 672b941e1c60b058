// Scenarios of what it costs to be supervised: logs, memory, the command line, idling.
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { countWrongLines, LINE_BYTES } from './lines.mjs';
import { cpuPercent, residentMib } from './measure.mjs';
import { settle, startAndSettle } from './settle.mjs';
import { within } from './within.mjs';

const LOG_LINES = 2_000_000;
const CLI_STARTS = 5;
/** V8 tidies up once, some 8 s after a start; that is to be in it, and not to be most of it. */
const IDLE_MS = 30_000;

export const SCENARIOS_OF_COST = [
  {
    name: 'log',
    rows: [
      {
        figure: 'rate',
        label: '200 MB of 100-byte lines into the log (`up --no-log`)',
        unit: 'MB/s',
        target: '≥ 1 × bare',
        met: ({ own, bare }) => own.rate >= bare.rate,
      },
      { figure: 'wrong', label: '… lines lost, doubled or displaced', unit: '', target: '0', met: ({ own }) => own.wrong === 0 },
    ],
    async play(stage, contestant) {
      const service = stage.flood(LOG_LINES);
      const started = contestant.start(stage, [service]);
      const { atMs } = await stage.marked(1);
      const path = contestant.logOf(stage, service);
      await within(`the last line in ${path}`, sizeReached(path, LOG_LINES * LINE_BYTES));
      const seconds = (performance.now() - atMs) / 1000;
      await started;
      return { rate: (LOG_LINES * LINE_BYTES) / 1e6 / seconds, wrong: countWrongLines(path, LOG_LINES) };
    },
  },
  memoryOf(1, 15),
  memoryOf(500, 30),
  {
    name: 'cli',
    rows: [
      {
        figure: 'version',
        label: '`--version` (bare: `node -e 0`)',
        unit: 'ms',
        target: '≤ bare + 15 ms',
        met: ({ own, bare }) => own.version <= bare.version + 15,
      },
      {
        figure: 'ps',
        label: '`ps` of 10 services (bare: `node -e 0`)',
        unit: 'ms',
        target: '≤ bare + 30 ms',
        met: ({ own, bare }) => own.ps <= bare.ps + 30,
      },
    ],
    async play(stage, contestant) {
      await startAndSettle(stage, contestant, 10);
      const tookMs = { version: [], ps: [] };
      for (let nth = 0; nth < CLI_STARTS; nth++) {
        tookMs.version.push(await stage.time(contestant.version, contestant.env?.(stage)));
        tookMs.ps.push(await stage.time(contestant.ask(stage), contestant.env?.(stage)));
      }
      return tookMs;
    },
  },
  {
    name: 'idle',
    rows: [{ figure: 'idle', label: 'idle CPU, 50 services', unit: '%', target: '< 0.3 %', met: ({ own }) => own.idle < 0.3 }],
    async play(stage, contestant) {
      const pid = await startAndSettle(stage, contestant, 50);
      return { idle: await cpuPercent(pid, IDLE_MS) };
    },
  },
];

function memoryOf(count, allowedMib) {
  const figure = `rss${count}`;
  return {
    name: 'memory',
    rows: [
      {
        figure,
        label: `resident memory, ${count} service${count === 1 ? '' : 's'} (bare: an idle Node)`,
        unit: 'MiB',
        target: `≤ bare + ${allowedMib} MiB`,
        met: ({ own, bare }) => own[figure] <= bare[figure] + allowedMib,
      },
    ],
    async play(stage, contestant) {
      const pid = contestant.name === 'bare' ? stage.spawn(IDLE_NODE).pid : await startAndSettle(stage, contestant, count);
      await settle();
      return { [figure]: residentMib(pid) };
    },
  };
}

const IDLE_NODE = [process.execPath, '-e', 'setInterval(() => {}, 1e9)'];

async function sizeReached(path, bytes) {
  while ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < bytes) await sleep(2);
}
