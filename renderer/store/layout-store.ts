import { create } from 'zustand';
import { formatRoute, parseRoute, type Route } from './route.ts';

/** A place in a log to open. */
export interface LogJump {
  run: string;
  source: string;
  step: number | null;
  /** In bytes. */
  offset: number;
}

interface LayoutState {
  route: Route;
  /** A requested place in a log that no pane has shown yet. */
  jump: LogJump | null;
}

/** What the window shows. The address keeps the route, so that a reload or a bookmark returns to it. */
export const useLayout = create<LayoutState>(() => ({ route: parseRoute(location.hash), jump: null }));

/** Shows another route. */
export function goTo(route: Route): void {
  const hash = formatRoute(route);
  if (location.hash !== hash) history.pushState(null, '', hash);
  useLayout.setState({ route });
}

/** Shows another tab of the present run; the step stays, or follows the run. */
export function showTab(tab: string): void {
  const { route } = useLayout.getState();
  if (route.page === 'run') goTo({ ...route, tab });
}

/** Shows a route that the person did not choose: it is not added to the history of the page. */
export function settleOn(route: Route): void {
  history.replaceState(null, '', formatRoute(route));
  useLayout.setState({ route });
}

/** Watches the page's back and forward. @returns unsubscribes */
export function watchAddress(): () => void {
  const apply = (): void => useLayout.setState({ route: parseRoute(location.hash) });
  addEventListener('popstate', apply);
  addEventListener('hashchange', apply);
  return () => {
    removeEventListener('popstate', apply);
    removeEventListener('hashchange', apply);
  };
}

/** Opens a log at a place. Each worker log has its own tab, the others share one. */
export function openLog(jump: LogJump): void {
  const tab = jump.source.startsWith('worker_') ? jump.source : 'logs';
  useLayout.setState({ jump });
  goTo({ page: 'run', run: jump.run, step: jump.step, tab });
}

/** Returns the requested place in a log, if there is one; the next call gets none. */
export function takeJump(log: { run: string; source: string; step: number | null }): LogJump | null {
  const { jump } = useLayout.getState();
  if (jump === null || jump.run !== log.run || jump.source !== log.source || jump.step !== log.step) return null;
  useLayout.setState({ jump: null });
  return jump;
}
