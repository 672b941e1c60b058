// A terminal's screen, with its SGR sequences, as a picture.
const CELL = { width: 8.4, height: 18 };
const PADDING = 14;
const COLORS = ['#3b4252', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d8dee9'];
const BRIGHT = ['#5c6370', '#ff7b86', '#b5e890', '#ffd68a', '#7cc4ff', '#dd9bf0', '#74d7e3', '#ffffff'];

export function renderScreen(text, { columns, title }) {
  const lines = text.replace(/\n+$/, '').split('\n');
  const width = Math.ceil(columns * CELL.width + 2 * PADDING);
  const height = lines.length * CELL.height + 2 * PADDING;
  const rows = lines.map((line, index) => renderRow(line, PADDING + (index + 0.75) * CELL.height));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${escape(title)}</title>
<rect width="100%" height="100%" rx="8" fill="#1e222a"/>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" fill="#d8dee9" xml:space="preserve">
${rows.filter((row) => row !== '').join('\n')}
</g>
</svg>
`;
}

function renderRow(line, y) {
  let style = {};
  let column = 0;
  const spans = [];
  for (const part of line.split(/(\x1b\[[\d;]*m)/)) {
    const codes = /^\x1b\[([\d;]*)m$/.exec(part)?.[1];
    if (codes !== undefined) style = applyCodes(style, codes === '' ? [0] : codes.split(';').map(Number));
    else if (part !== '') {
      // Spaces at the ends of a text are not drawn: each stretch of words has a place of its own.
      for (const words of style.inverse ? [{ 0: part, index: 0 }] : part.matchAll(/\S+(?: \S+)*/g))
        spans.push(renderSpan(words[0], PADDING + (column + [...part.slice(0, words.index)].length) * CELL.width, y, style));
      column += [...part].length;
    }
  }
  return spans.join('');
}

function renderSpan(text, x, y, { color, bold, dim, inverse }) {
  const length = [...text].length * CELL.width;
  const back = inverse
    ? `<rect x="${round(x)}" y="${round(y - 13)}" width="${round(length)}" height="${CELL.height}" fill="#d8dee9"/>`
    : '';
  const fill = inverse ? '#1e222a' : color;
  const traits = [fill && `fill="${fill}"`, bold && 'font-weight="bold"', dim && 'opacity="0.6"'].filter(Boolean).join(' ');
  return `${back}<text x="${round(x)}" y="${round(y)}" textLength="${round(length)}" ${traits}>${escape(text)}</text>`;
}

function applyCodes(before, codes) {
  let style = { ...before };
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index];
    if (code === 0) style = {};
    else if (code === 1) style.bold = true;
    else if (code === 2) style.dim = true;
    else if (code === 22) style = { ...style, bold: false, dim: false };
    else if (code === 7) style.inverse = true;
    else if (code === 27) style.inverse = false;
    else if (code >= 30 && code <= 37) style.color = COLORS[code - 30];
    else if (code >= 90 && code <= 97) style.color = BRIGHT[code - 90];
    else if (code === 39) style.color = undefined;
    // A colour out of 256, or of its own: three or five numbers.
    else if (code === 38 || code === 48) index += codes[index + 1] === 5 ? 2 : 4;
  }
  return style;
}

function round(value) {
  return Math.round(value * 10) / 10;
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
