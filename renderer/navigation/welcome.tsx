import './welcome.css';
import { useEffect, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { isActive } from '../parts/status-words.ts';
import { goTo, settleOn, useLayout } from '../store/layout-store.ts';
import { refreshRuns, useRuns, useUnseenRuns } from '../store/runs-store.ts';

/** The bundled pipeline that needs no GPU, no Python and no download. */
const SAMPLE_PIPELINE = 'kmer-embedding';

/** The page for a person without runs: what Drover is, and two ways to begin. */
export function Welcome() {
  const { entries, loaded } = useRuns();
  const unseen = useUnseenRuns();
  const { busy, problem, start } = useSampleRun();
  if (!loaded) return null;
  return (
    <div className="welcome">
      <h1>{headingOf(entries.length, unseen)}</h1>
      {unseen !== null && <ProblemNote problem={unseen} />}
      <p>
        A run applies an inference program to many files. Drover distributes the files so that all devices finish
        together, keeps one supervised worker per device, and shows what each one prints.
      </p>
      <div className="welcome-actions">
        <button type="button" className="primary" disabled={busy} onClick={start}>
          {busy ? 'Starting…' : 'Run the sample'}
        </button>
        <button type="button" onClick={() => goTo({ page: 'new' })}>
          New run
        </button>
      </div>
      <p className="muted">
        The sample takes a few seconds. It turns the bundled sequence files into vectors and needs no GPU, no Python and
        no download.
      </p>
      {problem !== null && <ProblemNote problem={problem} />}
      <h2>How it works</h2>
      <ol className="welcome-steps">
        <li>
          <strong>Choose</strong> a pipeline, files and devices in the form. Before anything starts it shows how the
          files are distributed.
        </li>
        <li>
          <strong>Watch</strong> each worker in its own pane. What it prints goes straight into a file, so nothing is
          lost when a window is closed.
        </li>
        <li>
          <strong>Resume</strong> what was stopped or interrupted, and retry only what failed.
        </li>
      </ol>
    </div>
  );
}

/** Returns the heading; runs that cannot be read are not reported as missing. */
function headingOf(runs: number, unseen: Problem | null): string {
  if (runs > 0) return 'Choose a run';
  return unseen === null ? 'No runs yet' : 'No readable runs';
}

function useSampleRun(): { busy: boolean; problem: Problem | null; start: () => void } {
  const client = useEngine();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const start = async (engine: EngineClient): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const started = await call(startSample(engine));
    setBusy(false);
    if (!started.ok) return setProblem(started.error);
    void refreshRuns(engine);
    goTo({ page: 'run', run: started.value.run, step: null, tab: null });
  };
  return { busy: busy || client === null, problem, start: () => void (client !== null && start(client)) };
}

async function startSample(engine: EngineClient): ReturnType<EngineClient['startRun']> {
  const about = await engine.about({});
  if (!about.ok) return about;
  const { samples, workingDirectory } = about.value;
  return engine.startRun({
    pipeline: SAMPLE_PIPELINE,
    inputs: [samples],
    parameters: {},
    name: 'sample',
    overwrite: false,
    skipInvalid: false,
    workingDirectory,
    detach: false,
  });
}

/** Shows the active run when none is chosen, else the newest. */
export function useFirstRun(): void {
  const { entries, loaded } = useRuns();
  const page = useLayout(({ route }) => route.page);
  useEffect(() => {
    if (!loaded || page !== 'home') return;
    const shown = entries.find(({ status }) => isActive(status)) ?? entries.find(({ status }) => status !== 'damaged');
    if (shown !== undefined) settleOn({ page: 'run', run: shown.run, step: null, tab: null });
  }, [entries, loaded, page]);
}
