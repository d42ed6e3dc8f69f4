import { count, duration, itemRate, roughTime } from '../../shared/format.ts';
import { pauseText } from '../../shared/run/dispatch-pause.ts';
import type { DispatchPause } from '../../shared/run/run-model.ts';
import { totalCounts } from '../../shared/run/run-state.ts';
import { workedSeconds } from '../../shared/run/run-time.ts';
import { StatusBadge } from '../parts/status-badge.tsx';
import type { RunSnapshot } from '../store/run-fold.ts';
import { QueueNote } from './queue-note.tsx';
import { RunActions } from './run-actions.tsx';

/** The title, status and figures of a run, with the possible actions. */
export function RunHeader({ snapshot, now }: { snapshot: RunSnapshot; now: number }) {
  const { model, run, status } = snapshot;
  const { state } = model;
  const counts = totalCounts(state);
  const view = model.view(now);
  const elapsed = workedSeconds(state, snapshot.live ? now : null);
  const running = status === 'running' && snapshot.live;
  const total = counts.total - counts.skipped;
  const done = counts.complete + counts.failed;
  return (
    <header className="run-header">
      <div className="run-title">
        <h1 className="one-line" title={state.name ?? state.pipeline}>
          {state.name ?? state.pipeline}
        </h1>
        <StatusBadge status={status} />
        <RunActions snapshot={snapshot} />
      </div>
      <p className="run-subtitle muted one-line">
        {state.name !== null && <>{state.pipeline} · </>}
        <span className="number" title={snapshot.directory}>
          {run}
        </span>
        {state.stop !== null && status !== 'completed' && <> · stop asked for by {state.stop.by}</>}
      </p>
      <div className="run-figures">
        <progress
          aria-label="Items done"
          max={Math.max(1, total)}
          value={done}
          className={counts.failed > 0 ? 'with-failures' : undefined}
        />
        <dl>
          <Figure name="Complete" value={`${count(counts.complete)} / ${count(total)}`} />
          <Figure name="Failed" value={count(counts.failed)} tone={counts.failed > 0 ? 'bad' : undefined} />
          <Figure name="Elapsed" value={elapsed === null ? '–' : running ? roughTime(elapsed) : duration(elapsed)} />
          <Figure name="Remaining" value={running ? remaining(view?.eta ?? null) : '–'} />
          <Figure
            name="Rate"
            value={itemRate(running ? (view?.rate ?? null) : overallRate(done, elapsed)).replace('-', '–')}
          />
        </dl>
      </div>
      {status === 'queued' && state.queue !== null && <QueueNote run={run} queue={state.queue} />}
      {running && view !== null && view.pause !== null && <PauseNote pause={view.pause} />}
    </header>
  );
}

/** Explains why no file is started at present. Shown as long as the pause lasts, because the run looks as if it hung. */
function PauseNote({ pause }: { pause: DispatchPause }) {
  return (
    <p className="run-pause" role="status">
      <span aria-hidden="true">❚❚</span>
      <span>
        <strong>Paused: {pauseText(pause)}.</strong> Files that were begun are finished.{' '}
        {pause.unit === 'files' ? 'Delete files there' : 'Free space there'}, and the run continues automatically.
      </span>
    </p>
  );
}

/** Returns the rate of the whole run, for its end; while it runs, the rate of the present step is shown. */
function overallRate(done: number, elapsed: number | null): number | null {
  return elapsed === null || elapsed <= 0 || done === 0 ? null : done / elapsed;
}

function remaining(seconds: number | null): string {
  return seconds === null || seconds === 0 ? '–' : `about ${roughTime(seconds)}`;
}

function Figure({ name, value, tone }: { name: string; value: string; tone?: 'bad' | undefined }) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd className={tone === undefined ? 'number' : `number ${tone}`}>{value}</dd>
    </div>
  );
}
