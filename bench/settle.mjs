import { setTimeout as sleep } from 'node:timers/promises';

/** After the start of everything, before a figure of rest or a next step is taken. */
const SETTLE_MS = 2_000;

/** Resolves to the supervisor's pid once all that many services run and nothing is left to do. */
export async function startAndSettle(stage, contestant, count) {
  const started = contestant.start(stage, stage.services(count));
  await stage.marked(count);
  await settle();
  return started;
}

export async function settle() {
  await sleep(SETTLE_MS);
}
