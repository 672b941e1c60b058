import { useEffect, useState } from 'preact/hooks';
import { formatInstant } from '../cli/render/humanize.ts';
import type { Diagnostic } from '../config/diagnostic.ts';
import type { ReloadPlan } from '../control/protocol.ts';
import type { Failure } from './api.ts';
import { DiagnosticCard } from './diagnostic-card.tsx';
import { notify } from './notices.tsx';
import { PlanTable } from './plan-table.tsx';
import type { Stores } from './stores.ts';

type Checked = { readonly type: 'plan'; readonly plan: ReloadPlan } | { readonly type: 'failure'; readonly failure: Failure };

const STATUS_WORDS = {
  current: 'what runs is what the file said when it was loaded',
  invalid: 'the file on disk is broken; all goes on as before',
  'rolled-back': 'the file on disk failed and was rolled back; it is tried again when it changes',
  refused: 'the file on disk asks for what no reload can do',
} as const;

/** What runs, what the file says by now, and the difference. */
export function FileView({ stores }: { readonly stores: Stores }) {
  const { api, project } = stores;
  const [checked, setChecked] = useState<Checked | null>(null);
  const snapshot = project.snapshot.value;
  const [checks, setChecks] = useState(0);
  // The file is read again when this is opened, when something was loaded, and when asked.
  useEffect(() => {
    let isCurrent = true;
    void api.submit({ type: 'plan' }).then((reply) => {
      if (isCurrent) setChecked(reply.ok ? { type: 'plan', plan: reply.value.details as ReloadPlan } : { type: 'failure', failure: reply });
    });
    return () => {
      isCurrent = false;
    };
  }, [api, checks, snapshot?.generation, snapshot?.file.status, snapshot?.seq]);
  if (snapshot === null) return null;
  const { file, generation } = snapshot;
  const diagnostics = diagnosticsOf(checked) ?? (file.diagnostics as readonly Diagnostic[]);
  const reload = async (): Promise<void> => {
    const reply = await api.submit({ type: 'reload' });
    notify(reply.ok ? reply.value.message : reply.message, { isProblem: !reply.ok });
    setChecks(checks + 1);
    await project.look();
  };
  return (
    <div class="main">
      <section class="card file">
        <h3>
          generation {generation} <span class={`badge ${file.status === 'current' ? 'good' : 'bad'}`}>{file.status}</span>
        </h3>
        {/* Above all that comes and goes: a click must not land on what has just moved there. */}
        <div class="buttons">
          <button type="button" class="button" onClick={() => setChecks(checks + 1)}>
            compare again
          </button>
          <button type="button" class="button" onClick={() => void reload()}>
            reload
          </button>
        </div>
        <p>{STATUS_WORDS[file.status]}</p>
        {file.reason !== null && diagnostics.length === 0 && <p class="reason">{file.reason}</p>}
        <p class="faint">
          last read {formatInstant(file.loadedAt)}:{' '}
          {file.paths.map((path) => (
            <code key={path}>{path} </code>
          ))}
        </p>
      </section>
      {diagnostics.map((diagnostic) => (
        <DiagnosticCard key={`${diagnostic.place?.line}:${diagnostic.place?.col} ${diagnostic.message}`} diagnostic={diagnostic} />
      ))}
      {checked?.type === 'failure' && diagnostics.length === 0 && <p class="banner bad">{checked.failure.message}</p>}
      {checked?.type === 'plan' && <PlanTable plan={checked.plan} />}
    </div>
  );
}

/** Null where the file was not read again yet. */
function diagnosticsOf(checked: Checked | null): readonly Diagnostic[] | null {
  if (checked === null) return null;
  if (checked.type === 'plan') return [];
  return (checked.failure.details as { diagnostics?: readonly Diagnostic[] } | null)?.diagnostics ?? null;
}
