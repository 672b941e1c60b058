// `npm run bench [-- --runs 5 --only up,adopt,down,restart,restart-in-group,log,memory,cli,reload,idle,sockets,overlap]`: omniroute as built, measured beside a bare Node loop that
// spawns the same services, and pm2 where it is found. The contestants take turns within each run, so that a busy machine is busy for all.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findContestants } from './contestants.mjs';
import { renderTable } from './report.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { Stage } from './stage.mjs';

const { runs, only } = readOptions();
const contestants = findContestants(process.env);
const chosen = SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
const figures = Object.fromEntries(contestants.map(({ name }) => [name, {}]));
const folder = mkdtempSync(join(tmpdir(), 'omniroute-bench-'));
// Where pipes and sockets go lies in memory on every system that has logins.
const runtimeFolder = existsSync('/dev/shm') ? mkdtempSync('/dev/shm/omniroute-bench-') : folder;
let stage = null;
let played = 0;

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void leave(128 + (signal === 'SIGINT' ? 2 : 15)));

try {
  for (const scenario of chosen) for (let run = 1; run <= runs; run++) await playAll(scenario, run);
} finally {
  removeFolders();
}
const rows = chosen.flatMap((scenario) => scenario.rows);
const names = contestants.map(({ name }) => name);
process.stdout.write(
  `${renderTable(rows, names, figures)}\n\nmedian (lowest–highest); Node ${process.version}, ${availableParallelism()} cores\n`,
);

async function playAll(scenario, run) {
  for (const contestant of contestants) {
    if (scenario.canPlay && !scenario.canPlay(contestant)) continue;
    process.stderr.write(`${scenario.name}, run ${run} of ${runs}, ${contestant.name}\n`);
    stage = new Stage(join(folder, String(played++)), runtimeFolder);
    try {
      keep(contestant.name, await scenario.play(stage, contestant));
    } catch (error) {
      process.stderr.write(stage.errors);
      throw error;
    } finally {
      await stage.clear();
    }
  }
}

function keep(name, result) {
  for (const [figure, value] of Object.entries(result)) figures[name][figure] = [figures[name][figure] ?? [], value].flat();
}

async function leave(exitCode) {
  await stage?.clear();
  removeFolders();
  process.exit(exitCode);
}

function removeFolders() {
  for (const each of [folder, runtimeFolder]) rmSync(each, { recursive: true, force: true });
}

function readOptions() {
  const values = readArguments({ runs: { type: 'string', default: '5' }, only: { type: 'string', default: '' } });
  const wanted = values.only.split(',').filter((name) => name !== '');
  const known = [...new Set(SCENARIOS.map(({ name }) => name))];
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) refuse(`no scenario named ${unknown}; there are ${known.join(', ')}`);
  if (!/^[1-9]\d{0,3}$/.test(values.runs)) refuse(`--runs wants a number from 1, not ${values.runs}`);
  return { runs: Number(values.runs), only: wanted };
}

function readArguments(options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    if (!error.code?.startsWith('ERR_PARSE_ARGS_')) throw error;
    return refuse(
      `${error.message.split('. ')[0]}; options are ${Object.keys(options)
        .map((name) => `--${name}`)
        .join(', ')}`,
    );
  }
}

function refuse(message) {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(2);
}
