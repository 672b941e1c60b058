import { markMatches } from './log-filter.ts';
import { splitColors, type TextPiece } from './log-text.ts';

/** A line with its colours and its matches; a match that runs over a change of colour is marked piece by piece. */
export function LogText({ text, pattern }: { readonly text: string; readonly pattern: RegExp | null }) {
  return (
    <>
      {splitColors(text).map((piece, n) => (
        <Piece key={n} piece={piece} pattern={pattern} />
      ))}
    </>
  );
}

function Piece({ piece, pattern }: { readonly piece: TextPiece; readonly pattern: RegExp | null }) {
  const { text, className, color, background } = piece;
  const marked = markMatches(text, pattern);
  const content = marked.map(({ text: part, isMatch }, n) => (isMatch ? <mark key={n}>{part}</mark> : part));
  if (className === '' && color === null && background === null) return <>{content}</>;
  const style = { ...(color !== null && { color }), ...(background !== null && { backgroundColor: background }) };
  return (
    <span class={className} style={style}>
      {content}
    </span>
  );
}
