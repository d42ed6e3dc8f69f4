import { useState } from 'react';
import type { LogProblem } from '../../shared/contract/logs.ts';
import { count } from '../../shared/format.ts';
import { fileNames } from '../../shared/pipeline/placeholders.ts';
import { openLog } from '../store/layout-store.ts';
import type { PrintedGroup } from './printed-problems.ts';

/** The number of groups that are shown at first, and added at each further step. */
const SHOWN_AT_ONCE = 100;

interface PrintedSectionProps {
  run: string;
  title: string;
  tone: 'bad' | 'caution';
  groups: readonly PrintedGroup[];
}

/** Warnings or errors that workers printed, in groups: a click opens the log at the first one, or at that of each worker. */
export function PrintedSection({ run, title, tone, groups }: PrintedSectionProps) {
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  if (groups.length === 0) return null;
  return (
    <section className={`problem-group ${tone}`}>
      <h2>
        {title} <span className="tab-count">{count(groups.length)}</span>
      </h2>
      <ul>
        {groups.slice(0, shown).map((group) => (
          <li key={group.key}>
            <PrintedRow run={run} group={group} />
          </li>
        ))}
      </ul>
      {groups.length > shown && (
        <button type="button" className="small" onClick={() => setShown(shown + SHOWN_AT_ONCE)}>
          Show more of {count(groups.length)}
        </button>
      )}
    </section>
  );
}

function PrintedRow({ run, group }: { run: string; group: PrintedGroup }) {
  const { text, message, places } = group;
  const [first] = places;
  if (first === undefined) return null;
  const times = group.count === 1 ? 'once' : `${count(group.count)} times`;
  const row = (
    <>
      <span className="problem-what one-line">{whereOf(places, first)}</span>
      <span className="muted one-line">{times}</span>
      <code title={text}>{message}</code>
    </>
  );
  if (places.length === 1) {
    return (
      <button type="button" className="problem-row plain" onClick={() => open(run, first)}>
        {row}
      </button>
    );
  }
  return (
    <details className="problem-places">
      <summary className="problem-row">{row}</summary>
      <div className="button-row">
        {places.map((place) => (
          <button
            key={`${place.step} ${place.worker} ${place.offset}`}
            type="button"
            className="small"
            title={place.text}
            onClick={() => open(run, place)}
          >
            {placeName(place)} <span className="muted number">× {count(place.count)}</span>
          </button>
        ))}
      </div>
    </details>
  );
}

function open(run: string, { step, worker, offset }: LogProblem): void {
  openLog({ run, step: step === 0 ? null : step, source: worker, offset });
}

/** Returns the item that the worker was processing, and the worker. */
function placeName(problem: LogProblem): string {
  const { file } = problem;
  return file === null || file === undefined ? workerName(problem) : `${fileNames(file).name} · ${workerName(problem)}`;
}

/** Describes where it was printed; the same message for several items of one worker is attributed to the worker. */
function whereOf(places: readonly LogProblem[], first: LogProblem): string {
  if (places.length === 1) return placeName(first);
  const workers = new Set(places.map(({ step, worker }) => `${step} ${worker}`)).size;
  return workers === 1 ? workerName(first) : `${count(workers)} workers`;
}

/** Returns the name of a worker; problems with the run's own files belong to `run`, in no step. */
function workerName({ worker }: LogProblem): string {
  return worker === 'run' ? 'The run' : `Worker ${worker.replace('worker_', '')}`;
}
