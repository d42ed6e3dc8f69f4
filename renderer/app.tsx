import './app.css';
import { useEffect } from 'react';
import { useEngine } from './engine-client/use-engine.ts';
import { Sidebar } from './navigation/sidebar.tsx';
import { useAccelerators } from './navigation/use-accelerators.ts';
import { useDroppedFiles } from './navigation/use-dropped-files.ts';
import { useShellCommands } from './navigation/use-shell-commands.ts';
import { useFirstRun, Welcome } from './navigation/welcome.tsx';
import { ConnectionBanner } from './parts/connection-banner.tsx';
import { loadedLater } from './parts/loaded-later.tsx';
import { PartBoundary } from './parts/part-boundary.tsx';
import { useLayout, watchAddress } from './store/layout-store.ts';
import type { Route } from './store/route.ts';
import { keepRunsFresh } from './store/runs-store.ts';
import { applyTheme, useSettings, watchSettings } from './store/settings-store.ts';

const NewRun = loadedLater(async () => (await import('./launch/new-run.tsx')).NewRun);
const RunView = loadedLater(async () => (await import('./run/run-view.tsx')).RunView);
const HistoryPage = loadedLater(async () => (await import('./history/history-page.tsx')).HistoryPage);
const AnalysisPage = loadedLater(async () => (await import('./analysis/analysis-page.tsx')).AnalysisPage);
const DevicesPage = loadedLater(async () => (await import('./devices/devices-page.tsx')).DevicesPage);
const SettingsPage = loadedLater(async () => (await import('./settings/settings-page.tsx')).SettingsPage);

/** The code of each page; home shows the newest run, if there is one. */
const CODE = {
  home: RunView,
  new: NewRun,
  run: RunView,
  history: HistoryPage,
  analysis: AnalysisPage,
  devices: DevicesPage,
  settings: SettingsPage,
} satisfies Record<Route['page'], { preload: () => void }>;
// The code of the first page is loaded in parallel with everything else that a start needs.
CODE[useLayout.getState().route.page].preload();

/** The window: the sidebar with pages and runs, and the chosen one. */
export function App() {
  const client = useEngine();
  useEffect(() => (client === null ? undefined : keepRunsFresh(client)), [client]);
  useEffect(watchAddress, []);
  useEffect(preloadPages, []);
  useFirstRun();
  useAccelerators();
  useShellCommands();
  useDroppedFiles();
  useEffect(() => (client === null ? undefined : watchSettings(client)), [client]);
  const theme = useSettings(({ report }) => report?.settings.theme);
  useEffect(() => (theme === undefined ? undefined : applyTheme(theme)), [theme]);
  const page = useLayout(({ route }) => route.page);
  return (
    <div className="app">
      <ConnectionBanner />
      <div className="app-body">
        <Sidebar />
        <main>
          <PartBoundary key={page}>
            <Page />
          </PartBoundary>
        </main>
      </div>
    </div>
  );
}

/** Preloads the pages, so that each appears at once when it is chosen. @returns a function that ends this */
function preloadPages(): () => void {
  const handle = requestIdleCallback(() => {
    for (const page of Object.values(CODE)) page.preload();
  });
  return () => cancelIdleCallback(handle);
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
