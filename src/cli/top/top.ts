// The view: what comes in from keyboard, supervisor and logs goes through `step`, and what the model is then is drawn.
import type { ControlCommand } from '../../control/protocol.ts';
import { EXIT } from '../exit-code.ts';
import { type Invocation, note } from '../invocation.ts';
import type { RunningProject } from '../running.ts';
import { renderFrame } from './frame.ts';
import { openLogFeed } from './log-feed.ts';
import { createModel, type TopEffect, type TopEvent } from './model.ts';
import { step } from './step.ts';
import { openSupervisorFeed } from './supervisor-feed.ts';
import { openTerminal } from './terminal.ts';
import { renderView } from './view.ts';

/** Between two frames. */
const FRAME_MS = 40;
/** Clocks go on while nothing happens. */
const CLOCK_MS = 1000;

/** Shows the project until the user leaves; then everything runs on. Returns the exit code. */
export async function showTop(invocation: Invocation, running: RunningProject, service: string | null): Promise<number> {
  const ended = new AbortController();
  let endSignal: NodeJS.Signals | null = null;
  let drawn: readonly string[] | null = null;
  let frame: NodeJS.Timeout | null = null;
  const end = () => ended.abort();
  const terminal = openTerminal({
    onKey: (key) => post({ type: 'key-pressed', key }),
    onRedraw: () => {
      drawn = null;
      post({ type: 'resized', size: terminal.size() });
    },
    onEnd(signal) {
      endSignal = signal;
      end();
    },
  });
  let model = createModel(running.snapshot, terminal.size(), service);
  const draw = () => {
    frame = null;
    if (ended.signal.aborted) return;
    // A slow terminal gets fewer frames, never older ones.
    if (!terminal.isReady()) return schedule();
    const lines = renderView(model, { nowMs: Date.now(), screen: invocation.out });
    terminal.write(renderFrame(drawn, lines, model.size));
    drawn = lines;
  };
  const schedule = () => {
    frame ??= setTimeout(draw, FRAME_MS);
  };
  const post = (event: TopEvent) => {
    if (ended.signal.aborted) return;
    const { model: next, effects } = step(model, event, Date.now());
    model = next;
    if (event.type === 'snapshot-taken') logs.follow(model.project.services);
    for (const effect of effects) perform(effect);
    schedule();
  };
  const logs = openLogFeed(
    {
      onLines: (lines) => post({ type: 'lines-read', lines }),
      onFailed: (name, { message }) => post({ type: 'told', ok: false, text: `the log of ${name} cannot be read: ${message}` }),
    },
    ended.signal,
  );
  const supervisor = openSupervisorFeed(invocation, running, post, ended.signal);
  const perform = (effect: TopEffect): void => {
    switch (effect.type) {
      case 'submit':
        return void submit(effect.command);
      case 'ask-why':
        return void askWhy(effect.service);
      case 'refresh':
        return supervisor.refreshSoon();
      case 'suspend':
        return terminal.suspend();
      case 'redraw':
        drawn = null;
        return schedule();
      case 'detach':
        return end();
    }
  };
  const submit = async (command: ControlCommand) => {
    const answer = await supervisor.client().submit(command);
    const outcome = answer.ok ? answer.value : answer;
    const asked = `${command.type} ${'services' in command ? command.services.join(', ') : ''}`;
    post({ type: 'told', ok: outcome.ok, text: outcome.ok ? `${asked}: under way` : `${asked}: ${outcome.message}` });
  };
  const askWhy = async (name: string) => {
    const answer = await supervisor.client().why(name);
    if (answer.ok) post({ type: 'why-told', service: name, report: answer.value });
    else post({ type: 'told', ok: false, text: answer.message });
  };
  const clock = setInterval(schedule, CLOCK_MS);
  try {
    logs.follow(model.project.services);
    schedule();
    await supervisor.ended;
  } finally {
    end();
    clearInterval(clock);
    if (frame !== null) clearTimeout(frame);
    await terminal.close();
  }
  // The shell must see that this ended by the signal.
  if (endSignal !== null) process.kill(process.pid, endSignal);
  const left =
    model.lost === null
      ? `${model.project.name} runs on; \`omniroute top\` shows it again, \`omniroute down\` stops it`
      : model.lost.message;
  note(invocation, left);
  return EXIT.done;
}
