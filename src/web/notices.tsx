// What an order came to, for a few seconds; what was refused stays until it is read.
import { signal } from '@preact/signals';

interface Notice {
  readonly id: number;
  readonly text: string;
  readonly isProblem: boolean;
}

const SHOWN_MS = 4000;
const notices = signal<readonly Notice[]>([]);
let nextId = 0;

export function notify(text: string, options: { readonly isProblem: boolean }): void {
  const notice = { id: nextId++, text, ...options };
  notices.value = [...notices.value.slice(-3), notice];
  if (!options.isProblem) setTimeout(() => dismiss(notice.id), SHOWN_MS);
}

function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ id, text, isProblem }) => (
        <button type="button" key={id} class={isProblem ? 'notice problem' : 'notice'} onClick={() => dismiss(id)} title="dismiss">
          {text}
        </button>
      ))}
    </div>
  );
}
