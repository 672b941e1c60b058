import { addLines, type KeptLine, keepEntry, keepPrinted } from './kept-lines.ts';
import type { Model, Step, TopEvent } from './model.ts';
import { pressKey } from './press-key.ts';

/** One event: what the view shows after it, and what is to be done. Pure. */
export function step(model: Model, event: TopEvent, nowMs: number): Step {
  switch (event.type) {
    case 'key-pressed':
      return pressKey(model, event.key, nowMs);
    case 'resized':
      return quiet({ ...model, size: event.size });
    case 'snapshot-taken':
      return {
        model: keepSelection({ ...model, project: event.project, lost: null }),
        effects: [{ type: 'follow-logs', services: event.project.services }],
      };
    case 'entry-recorded': {
      const { entry } = event;
      const kept = keep(model, (serial) => [keepEntry(entry, serial)]);
      const explains = model.pane === 'why' && entry.service === model.selected && entry.service !== null;
      return { model: kept, effects: [{ type: 'refresh' }, ...(explains ? [{ type: 'ask-why', service: entry.service } as const] : [])] };
    }
    case 'lines-read':
      return quiet(keep(model, (serial) => event.lines.map((line, at) => keepPrinted(line, serial + at))));
    case 'why-told':
      return quiet(event.service === model.selected ? { ...model, why: event.report } : model);
    case 'supervisor-lost':
      return quiet({ ...model, lost: { message: event.message, hint: event.hint } });
    case 'told':
      return quiet({ ...model, note: { text: event.text, ok: event.ok, atMs: nowMs } });
  }
}

function quiet(model: Model): Step {
  return { model, effects: [] };
}

function keep(model: Model, make: (serial: number) => readonly KeptLine[]): Model {
  const news = make(model.nextSerial);
  const lines = addLines(model.lines, news, { isReading: model.bottom !== null });
  return { ...model, lines, nextSerial: model.nextSerial + news.length };
}

/** A reload may have taken the selected service out. */
function keepSelection(model: Model): Model {
  const { services } = model.project;
  if (services.some(({ name }) => name === model.selected)) return model;
  return { ...model, selected: services[0]?.name ?? null, scope: 'all', why: null, stopping: null };
}
