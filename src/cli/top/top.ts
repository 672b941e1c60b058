// The view: what comes in from keyboard, supervisor and logs goes through `step`, and what the model is then is drawn.

import type { RunningProject } from '../../library/running-project.ts';
import { EXIT } from '../exit-code.ts';
import { type Invocation, note } from '../invocation.ts';
import { askWhy, giveOrder } from './ask.ts';
import { openLogFeed } from './log-feed.ts';
import { createModel, type Model, type TopEffect, type TopEvent } from './model.ts';
import { Painter } from './painter.ts';
import { step } from './step.ts';
import { openSupervisorFeed } from './supervisor-feed.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import { renderView } from './view.ts';

/** Clocks go on while nothing happens. */
const CLOCK_MS = 1000;

/** Shows the project until the user leaves; then everything runs on. Returns the exit code. */
export async function showTop(invocation: Invocation, running: RunningProject, service: string | null): Promise<number> {
  const ended = new AbortController();
  let endSignal: NodeJS.Signals | null = null;
  const terminal = openTerminal({
    onKey: (key) => view?.post({ type: 'key-pressed', key }),
    onRedraw: () => view?.redraw(),
    onEnd(signal) {
      endSignal = signal;
      ended.abort();
    },
  });
  let view: OpenView | null = null;
  try {
    view = openView(invocation, running, { terminal, service, ended });
    await view.ended;
  } finally {
    ended.abort();
    view?.close();
    await terminal.close();
  }
  // The shell must see that this ended by the signal.
  if (endSignal !== null) process.kill(process.pid, endSignal);
  note(invocation, describeLeaving(view.model()));
  return EXIT.done;
}

interface OpenView {
  model(): Model;
  post(event: TopEvent): void;
  redraw(): void;
  readonly ended: Promise<void>;
  close(): void;
}

interface Surroundings {
  readonly terminal: Terminal;
  readonly service: string | null;
  readonly ended: AbortController;
}

function openView(invocation: Invocation, running: RunningProject, { terminal, service, ended }: Surroundings): OpenView {
  let model = createModel(running.snapshot, terminal.size(), service);
  const painter = new Painter(terminal, () => renderView(model, { nowMs: Date.now(), screen: invocation.out }));
  const post = (event: TopEvent) => {
    if (ended.signal.aborted) return;
    const { model: next, effects } = step(model, event, Date.now());
    model = next;
    for (const effect of effects) perform(effect);
    painter.schedule();
  };
  const logs = openLogFeed(post, ended.signal);
  const supervisor = openSupervisorFeed(invocation, running, post, ended.signal);
  const perform = (effect: TopEffect): void => {
    switch (effect.type) {
      case 'submit':
        return void giveOrder(supervisor.client(), effect.command).then(post);
      case 'ask-why':
        return void askWhy(supervisor.client(), effect.service).then(post);
      case 'follow-logs':
        return logs.follow(effect.services);
      case 'refresh':
        return supervisor.refreshSoon();
      case 'redraw':
        return painter.forget();
      case 'suspend':
        return terminal.suspend();
      case 'detach':
        return ended.abort();
    }
  };
  const clock = setInterval(() => painter.schedule(), CLOCK_MS);
  post({ type: 'snapshot-taken', project: running.snapshot });
  return {
    model: () => model,
    post,
    redraw() {
      painter.forget();
      post({ type: 'resized', size: terminal.size() });
    },
    ended: supervisor.ended,
    close() {
      clearInterval(clock);
      painter.stop();
    },
  };
}

function describeLeaving({ lost, project }: Model): string {
  return lost?.message ?? `${project.name} runs on; \`omniroute top\` shows it again, \`omniroute down\` stops it`;
}
