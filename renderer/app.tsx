import './app.css';
import { lazy, Suspense, useEffect } from 'react';
import { useEngine } from './engine-client/use-engine.ts';
import { Sidebar } from './navigation/sidebar.tsx';
import { useAccelerators } from './navigation/use-accelerators.ts';
import { useDroppedFiles } from './navigation/use-dropped-files.ts';
import { useShellCommands } from './navigation/use-shell-commands.ts';
import { ConnectionBanner } from './parts/connection-banner.tsx';
import { RunView } from './run/run-view.tsx';
import { useFirstRun } from './runs/use-first-run.ts';
import { Welcome } from './runs/welcome.tsx';
import { followAddress, useLayout } from './store/layout-store.ts';
import { keepRunsFresh } from './store/runs-store.ts';
import { applyTheme, followSettings, useSettings } from './store/settings-store.ts';

const NewRun = lazy(async () => ({ default: (await import('./launch/new-run.tsx')).NewRun }));
const HistoryPage = lazy(async () => ({ default: (await import('./history/history-page.tsx')).HistoryPage }));
const AnalysisPage = lazy(async () => ({ default: (await import('./analysis/analysis-page.tsx')).AnalysisPage }));
const DevicesPage = lazy(async () => ({ default: (await import('./devices/devices-page.tsx')).DevicesPage }));
const SettingsPage = lazy(async () => ({ default: (await import('./settings/settings-page.tsx')).SettingsPage }));

/** The window: pages and runs at the side, and one of them. */
export function App() {
  const client = useEngine();
  useEffect(() => (client === null ? undefined : keepRunsFresh(client)), [client]);
  useEffect(followAddress, []);
  useFirstRun();
  useAccelerators();
  useShellCommands();
  useDroppedFiles();
  useEffect(() => (client === null ? undefined : followSettings(client)), [client]);
  const theme = useSettings(({ report }) => report?.settings.theme);
  useEffect(() => (theme === undefined ? undefined : applyTheme(theme)), [theme]);
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
    case 'devices':
      return <DevicesPage />;
    case 'settings':
      return <SettingsPage />;
    default:
      return route satisfies never;
  }
}
