// What a service printed, as text with colours and nothing else. No HTML is ever made of it: what the library writes as HTML is read
// back into pieces of text, since its inline styles are what the page's policy forbids.
import { AnsiUp } from 'ansi_up';

export interface TextPiece {
  readonly text: string;
  /** Of the page's own style sheet: `ansi-red-fg`. */
  readonly className: string;
  /** Of a colour that has no class. */
  readonly color: string | null;
  readonly background: string | null;
}

/** Escape sequences that are no colours: titles, links, movements. */
const OTHER_ESCAPES =
  /[\u001B\u009B](?:\][^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?|[PX^_][^\u001B\u009C]*(?:\u001B\\|\u009C)?|\[?[0-?]*[ -/]*(?!m)[@-~]|[ -/]*[0-~])/g;
const COLOR = /(\u001B\[[\d;:]*m)/;
const COLORS = /\u001B\[[\d;:]*m/g;
const PIECE = /<span(?: style="([^"]*)")?(?: class="([^"]*)")?>([^<]*)<\/span>|([^<]+)/g;
const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'" };

/** The line as a terminal leaves it, with its colours; every other control character is made visible. */
export function safeText(text: string): string {
  const shown = text.slice(text.lastIndexOf('\r') + 1);
  // Most lines have none.
  if (!/[^\P{Cc}\t]/u.test(shown)) return shown;
  const parts = shown
    .split(COLOR)
    .map((part, n) => (n % 2 === 1 ? part.replaceAll(':', ';') : showControls(part.replace(OTHER_ESCAPES, ''))));
  return parts.join('');
}

export function withoutColors(text: string): string {
  return text.includes('\u001B') ? text.replace(COLORS, '') : text;
}

/** Of text as `safeText` makes it. */
export function splitColors(text: string): TextPiece[] {
  if (!text.includes('\u001B')) return [{ text, className: '', color: null, background: null }];
  const ansi = new AnsiUp();
  ansi.use_classes = true;
  ansi.boldStyle = 'bold';
  ansi.faintStyle = 'faint';
  ansi.italicStyle = 'italic';
  ansi.underlineStyle = 'underline';
  return Array.from(ansi.ansi_to_html(text).matchAll(PIECE), ([, style = '', classes = '', styled, plain]) => {
    const declared = style.split(';');
    const words = declared.filter((each) => /^[a-z]+$/.test(each)).map((each) => `ansi-${each}`);
    return {
      text: (styled ?? plain ?? '').replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity] ?? entity),
      className: [...words, classes].join(' ').trim(),
      color: valueOf(declared, 'color'),
      background: valueOf(declared, 'background-color'),
    };
  });
}

function valueOf(declared: readonly string[], name: string): string | null {
  return declared.find((each) => each.startsWith(`${name}:`))?.slice(name.length + 1) ?? null;
}

function showControls(text: string): string {
  return text.replace(/[^\P{Cc}\t]/gu, (character) => {
    const code = character.charCodeAt(0);
    if (code === 0x7f) return '␡';
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\uFFFD';
  });
}
