import './app.css';
import { lazy, Suspense, useEffect } from 'react';
import { useEngine } from './engine-client/use-engine.ts';
import { Sidebar } from './navigation/sidebar.tsx';
import { useAccelerators } from './navigation/use-accelerators.ts';
import { ConnectionBanner } from './parts/connection-banner.tsx';
import { RunView } from './run/run-view.tsx';
import { useFirstRun } from './runs/use-first-run.ts';
import { Welcome } from './runs/welcome.tsx';
import { followAddress, useLayout } from './store/layout-store.ts';
import { keepRunsFresh } from './store/runs-store.ts';

const NewRun = lazy(async () => ({ default: (await import('./launch/new-run.tsx')).NewRun }));
const HistoryPage = lazy(async () => ({ default: (await import('./history/history-page.tsx')).HistoryPage }));
const AnalysisPage = lazy(async () => ({ default: (await import('./analysis/analysis-page.tsx')).AnalysisPage }));

/** The window: pages and runs at the side, and one of them. */
export function App() {
  const client = useEngine();
  useEffect(() => (client === null ? undefined : keepRunsFresh(client)), [client]);
  useEffect(followAddress, []);
  useFirstRun();
  useAccelerators();
  return (
    <div className="app">
      <ConnectionBanner />
      <div className="app-body">
        <Sidebar />
        <main>
          <Suspense fallback={null}>
            <Page />
          </Suspense>
        </main>
      </div>
    </div>
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
    case 'history':
      return <HistoryPage />;
    case 'analysis':
      return <AnalysisPage />;
    default:
      return route satisfies never;
  }
}
