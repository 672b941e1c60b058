// Light or dark: as the system says, or as was chosen here.
import { signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'omniroute-theme';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export const theme = signal<Theme>(THEMES.find((each) => each === localStorage.getItem(KEY)) ?? 'system');
/** Grows when colours have changed: what is drawn on a canvas is drawn again. */
export const colorsChanged = signal(0);

export function applyTheme(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    colorsChanged.value += 1;
  });
  theme.subscribe((chosen) => {
    if (chosen === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = chosen;
    localStorage.setItem(KEY, chosen);
    colorsChanged.value += 1;
  });
}

export function chooseNextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] as Theme;
}

/** A colour of the style sheet, such as `--cpu`, as a canvas understands it: `light-dark()` is settled only where it is used. */
export function colorOf(name: string): string {
  const probe = document.body.appendChild(document.createElement('span'));
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
