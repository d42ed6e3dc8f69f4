import './app.css';
import { lazy, Suspense, useEffect } from 'react';
import { useEngine, useLastEngine } from './engine-client/use-engine.ts';
import { ConnectionBanner } from './parts/connection-banner.tsx';
import { isActive } from './parts/status-words.ts';
import { RunView } from './run/run-view.tsx';
import { RunList } from './runs/run-list.tsx';
import { Welcome } from './runs/welcome.tsx';
import { followAddress, goTo, settleOn, useLayout } from './store/layout-store.ts';
import { keepRunsFresh, refreshRuns, useRuns } from './store/runs-store.ts';

const LaunchForm = lazy(async () => ({ default: (await import('./launch/launch-form.tsx')).LaunchForm }));

/** The window: the runs at the side, and one of them, the form or a welcome. */
export function App() {
  const client = useEngine();
  useEffect(() => (client === null ? undefined : keepRunsFresh(client)), [client]);
  useEffect(followAddress, []);
  useFirstRun();
  return (
    <div className="app">
      <ConnectionBanner />
      <div className="app-body">
        <Sidebar />
        <main>
          <Page />
        </main>
      </div>
    </div>
  );
}

function Sidebar() {
  const onForm = useLayout(({ route }) => route.page === 'new');
  return (
    <aside className="sidebar" aria-label="Runs">
      <div className="sidebar-head">
        <span className="brand">Drover</span>
        <button
          type="button"
          className="primary"
          aria-current={onForm ? 'page' : undefined}
          onClick={() => goTo({ page: 'new' })}
        >
          New run
        </button>
      </div>
      <RunList />
    </aside>
  );
}

function Page() {
  const route = useLayout((state) => state.route);
  switch (route.page) {
    case 'home':
      return <Welcome />;
    case 'new':
      return <NewRun />;
    case 'run':
      return <RunView key={route.run} run={route.run} step={route.step} tab={route.tab} />;
    default:
      return route satisfies never;
  }
}

/** The form. It stays as it is while the connection is away; what it asks meanwhile is refused. */
function NewRun() {
  const client = useLastEngine();
  if (client === null) return null;
  const show = (run: string): void => {
    void refreshRuns(client);
    goTo({ page: 'run', run, step: null, tab: null });
  };
  return (
    <Suspense fallback={null}>
      <LaunchForm client={client} onStarted={show} onCancel={() => history.back()} />
    </Suspense>
  );
}

/** Without a choice the run that is under way is shown, else the newest. */
function useFirstRun(): void {
  const { entries, loaded } = useRuns();
  const page = useLayout(({ route }) => route.page);
  useEffect(() => {
    if (!loaded || page !== 'home') return;
    const shown = entries.find(({ status }) => isActive(status)) ?? entries.find(({ status }) => status !== 'damaged');
    if (shown !== undefined) settleOn({ page: 'run', run: shown.run, step: null, tab: null });
  }, [entries, loaded, page]);
}
