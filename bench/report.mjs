// Figures → a markdown table: the median (lowest–highest) of each contestant, and omniroute's share of the bare loop's.

/** `figures`: contestant → figure → numbers. */
export function renderTable(rows, contestants, figures) {
  const head = ['', ...contestants, 'omniroute / bare', 'target', 'met'];
  const lines = rows.map((row) => [row.label, ...contestants.map((name) => cell(figures[name], row)), ...judged(row, figures)]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cell(figuresOfOne, { figure, unit }) {
  const values = figuresOfOne?.[figure] ?? [];
  if (values.length === 0) return '—';
  const [low, high] = [Math.min(...values), Math.max(...values)].map(round);
  const range = low === high ? '' : ` (${low}–${high})`;
  return `${round(median(values))}${range} ${unit}`.trimEnd();
}

function judged({ figure, target, met }, figures) {
  const own = mediansOf(figures.omniroute);
  const bare = mediansOf(figures.bare);
  const ratio = bare[figure] > 0 && figure in own ? round(own[figure] / bare[figure]) : '—';
  if (target === undefined) return [ratio, '', ''];
  return [ratio, target, figure in own ? (met({ own, bare }) ? 'yes' : '**no**') : '—'];
}

function mediansOf(figuresOfOne = {}) {
  return Object.fromEntries(Object.entries(figuresOfOne).map(([figure, values]) => [figure, median(values)]));
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function round(value) {
  return String(value >= 100 ? Math.round(value) : value >= 10 ? value.toFixed(1) : Number(value.toFixed(2)));
}
