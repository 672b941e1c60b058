import type { Diagnostic } from '../config/diagnostic.ts';

/** As `omniroute validate` prints it: the place, the lines, what is wrong underlined, what to do. */
export function DiagnosticCard({ diagnostic }: { readonly diagnostic: Diagnostic }) {
  const { severity, code, message, place, excerpt, hint, length } = diagnostic;
  return (
    <section class={`card diagnostic ${severity === 'error' ? 'bad' : 'warn'}`}>
      <h3>
        {place !== null && <code>{`${place.file.split('/').at(-1)}:${place.line}:${place.col}`}</code>} {severity} {code}
      </h3>
      <p>{message}</p>
      {excerpt.length > 0 && (
        <pre>
          {excerpt.map(({ line, text }) => (
            <div key={line}>
              <span class="line-number">{line}</span>
              {place?.line === line ? (
                <>
                  {text.slice(0, place.col - 1)}
                  <mark>{text.slice(place.col - 1, place.col - 1 + Math.max(1, length))}</mark>
                  {text.slice(place.col - 1 + Math.max(1, length))}
                </>
              ) : (
                text
              )}
            </div>
          ))}
        </pre>
      )}
      {hint !== null && <p class="faint">{hint}</p>}
    </section>
  );
}
