// What each key does: in the list, while something is typed, and where a question waits for its answer.
import { layOut } from './layout.ts';
import { type Key, type Model, type Prompt, type Step, selectedService, type TopEffect } from './model.ts';
import { goToMatch, pause, scroll } from './shown-lines.ts';

type Press = (model: Model, nowMs: number) => Model | Step;

const KEYS: Readonly<Record<string, Press>> = {
  up: (model) => select(model, -1),
  k: (model) => select(model, -1),
  down: (model) => select(model, 1),
  j: (model) => select(model, 1),
  return: (model) => (model.scope === 'selected' ? showAll(model) : { ...model, scope: 'selected', pane: 'logs', bottom: null }),
  a: (model) => showAll(model),
  '/': (model) => open(model, 'search'),
  f: (model) => open(model, 'filter'),
  n: (model, nowMs) => find(model, -1, nowMs),
  N: (model, nowMs) => find(model, 1, nowMs),
  pageup: (model) => page(model, -1),
  b: (model) => page(model, -1),
  pagedown: (model) => page(model, 1),
  'shift-up': (model) => scroll(model, paneRows(model), -1),
  K: (model) => scroll(model, paneRows(model), -1),
  'shift-down': (model) => scroll(model, paneRows(model), 1),
  J: (model) => scroll(model, paneRows(model), 1),
  home: (model) => scroll(model, paneRows(model), Number.NEGATIVE_INFINITY),
  g: (model) => scroll(model, paneRows(model), Number.NEGATIVE_INFINITY),
  end: (model) => ({ ...model, bottom: null }),
  G: (model) => ({ ...model, bottom: null }),
  ' ': (model) => (model.bottom === null ? pause(model) : { ...model, bottom: null }),
  left: (model) => shift(model, -1),
  right: (model) => shift(model, 1),
  t: (model) => ({ ...model, showsTime: !model.showsTime }),
  w: (model) => explain(model),
  r: (model) => order(model, 'restart'),
  s: (model) => order(model, 'start'),
  x: (model) => (model.selected === null ? model : { ...model, stopping: model.selected }),
  '?': (model) => ({ ...model, pane: model.pane === 'keys' ? 'logs' : 'keys' }),
  escape: (model) => goBack(model),
  q: (model) => withEffect(model, { type: 'detach' }),
};

/** `nowMs` is when. */
export function pressKey(model: Model, key: Key, nowMs: number): Step {
  if (key.name === 'ctrl-c') return withEffect(model, { type: 'detach' });
  if (key.name === 'ctrl-z') return withEffect(model, { type: 'suspend' });
  if (key.name === 'ctrl-l') return withEffect(model, { type: 'redraw' });
  const calm = { ...model, note: null };
  if (model.prompt !== null) return { model: type(calm, model.prompt, key, nowMs), effects: [] };
  if (model.stopping !== null) {
    const answered = { ...calm, stopping: null };
    return key.text === 'y' ? order({ ...answered, selected: model.stopping }, 'stop') : { model: answered, effects: [] };
  }
  const press = Object.hasOwn(KEYS, key.name) ? KEYS[key.name] : undefined;
  const after = press?.(calm, nowMs) ?? calm;
  return 'effects' in after ? after : { model: after, effects: [] };
}

function withEffect(model: Model, effect: TopEffect): Step {
  return { model, effects: [effect] };
}

function paneRows(model: Model): number {
  return layOut(model).paneRows;
}

function select(model: Model, by: number): Step {
  const { services } = model.project;
  const at = services.findIndex(({ name }) => name === model.selected);
  const name = services[Math.max(0, Math.min(services.length - 1, at + by))]?.name ?? null;
  if (name === null || name === model.selected) return { model, effects: [] };
  const moved = { ...model, selected: name, why: null, ...(model.scope === 'selected' && { bottom: null, found: null, shift: 0 }) };
  return { model: moved, effects: model.pane === 'why' ? [{ type: 'ask-why', service: name }] : [] };
}

function showAll(model: Model): Model {
  return { ...model, scope: 'all', pane: 'logs', bottom: null };
}

function page(model: Model, direction: -1 | 1): Model {
  const rows = paneRows(model);
  return scroll(model, rows, direction * Math.max(1, rows - 1));
}

function shift(model: Model, direction: -1 | 1): Model {
  return { ...model, shift: Math.max(0, model.shift + direction * Math.floor(model.size.columns / 4)) };
}

function explain(model: Model): Model | Step {
  if (model.pane === 'why' || model.selected === null) return { ...model, pane: 'logs' };
  return withEffect({ ...model, pane: 'why', why: null }, { type: 'ask-why', service: model.selected });
}

/** The nearest thing that was added is taken away again. */
function goBack(model: Model): Model {
  if (model.pane !== 'logs') return { ...model, pane: 'logs' };
  if (model.search !== '') return { ...model, search: '', found: null };
  if (model.filter !== '') return { ...model, filter: '' };
  return { ...model, bottom: null, shift: 0 };
}

function order(model: Model, type: 'start' | 'stop' | 'restart'): Step {
  const name = selectedService(model)?.name;
  if (name === undefined) return { model, effects: [] };
  const services = [name];
  return withEffect(model, {
    type: 'submit',
    command: type === 'start' ? { type, services, profiles: [], withDependencies: true } : { type, services },
  });
}

function open(model: Model, type: Prompt['type']): Model {
  const { search, filter, bottom, found } = model;
  return { ...model, pane: 'logs', prompt: { type, text: model[type], before: { search, filter, bottom, found } } };
}

/** The filter acts as it is typed, the search marks; Esc puts everything back. */
function type(model: Model, prompt: Prompt, key: Key, nowMs: number): Model {
  if (key.name === 'escape') return { ...model, ...prompt.before, prompt: null };
  if (key.name === 'return') {
    const done = { ...model, prompt: null };
    return prompt.type === 'search' && prompt.text !== '' ? find({ ...done, found: null }, -1, nowMs) : done;
  }
  const text = edit(prompt.text, key);
  return { ...model, [prompt.type]: text, prompt: { ...prompt, text } };
}

function edit(text: string, key: Key): string {
  if (key.name === 'backspace') return [...text].slice(0, -1).join('');
  if (key.name === 'ctrl-u') return '';
  if (key.name === 'ctrl-w') return text.replace(/\S*\s*$/, '');
  return text + key.text;
}

function find(model: Model, direction: -1 | 1, nowMs: number): Model {
  if (model.search === '') return open(model, 'search');
  const gone = goToMatch(model, paneRows(model), direction);
  if (gone !== null) return gone;
  const where = model.found === null ? 'no line has' : direction === -1 ? 'no older line has' : 'no newer line has';
  return { ...model, note: { text: `${where} "${model.search}"`, ok: false, atMs: nowMs } };
}
