import type { LineFormat } from '../logs/format.ts';
import type { Screen } from './screen.ts';

/** How this screen shows lines of logs. `nameWidth` null: no name before them. */
export function lineFormat(
  screen: Pick<Screen, 'paint' | 'color'>,
  options: { readonly nameWidth: number | null; readonly showsTime: boolean },
): LineFormat {
  const { paint } = screen;
  const colors = [paint.cyan, paint.magenta, paint.green, paint.yellow, paint.blue, paint.cyanBright];
  return {
    ...options,
    paint: (text, color) => (colors[color % colors.length] as typeof paint.cyan)(text),
    keepsColors: screen.color,
    raw: false,
  };
}
