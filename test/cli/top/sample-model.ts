// A model to press keys on, and to look at.

import { stripVTControlCharacters } from 'node:util';
import { createModel, type Key, type Model, type TopEffect, type TopEvent } from '../../../src/cli/top/model.ts';
import { step } from '../../../src/cli/top/step.ts';
import { renderView, type ViewOptions } from '../../../src/cli/top/view.ts';
import type { LogLine } from '../../../src/logs/log-query.ts';
import { NOW_MS, PLAIN, sampleProject, sampleService } from '../sample.ts';

export const PLAIN_VIEW: ViewOptions = { nowMs: NOW_MS, screen: { paint: PLAIN, color: false } };

export function sampleModel(names: readonly string[] = ['server', 'mitm', 'tunnel']): Model {
  return createModel(sampleProject({ services: names.map((name) => sampleService({ name })) }), { columns: 80, rows: 24 }, null);
}

/** The model after all of these; effects are left out. */
export function after(model: Model, ...events: readonly TopEvent[]): Model {
  return events.reduce((before, event) => step(before, event, NOW_MS).model, model);
}

/** Keys by their names; a single character types itself. */
export function press(model: Model, ...names: readonly string[]): Model {
  return after(model, ...names.map((name) => pressed(name)));
}

export function effectsOf(model: Model, event: TopEvent | string): readonly TopEffect[] {
  return step(model, typeof event === 'string' ? pressed(event) : event, NOW_MS).effects;
}

export function pressed(name: string): { readonly type: 'key-pressed'; readonly key: Key } {
  return { type: 'key-pressed', key: { name, text: [...name].length === 1 ? name : '' } };
}

export function printed(service: string, ...texts: readonly string[]): TopEvent {
  return { type: 'lines-read', lines: texts.map((text) => sampleLine({ service, text })) };
}

export function sampleLine(given: Partial<LogLine> = {}): LogLine {
  return { service: 'server', time: NOW_MS, stream: 'out', run: 1, text: 'hello', ...given };
}

export function view(model: Model): string[] {
  return renderView(model, PLAIN_VIEW);
}

/** The logs on the screen, without the blank rows below them and without marks. */
export function paneOf(model: Model): string[] {
  const lines = view(model);
  const pane = lines.slice(lines.findIndex((line) => line.startsWith('── ')) + 1, -1);
  return pane.map(stripVTControlCharacters).filter((line) => line !== '');
}
