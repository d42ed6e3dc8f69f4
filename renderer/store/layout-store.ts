import { create } from 'zustand';
import { formatRoute, parseRoute, type Route } from './route.ts';

/** Where a log is to be opened. */
export interface LogJump {
  run: string;
  source: string;
  step: number | null;
  /** Bytes. */
  offset: number;
}

interface LayoutState {
  route: Route;
  /** A place in a log that somebody asked for and no pane has shown yet. */
  jump: LogJump | null;
}

/** What is shown where. The address keeps the route, so that a reload and a bookmark come back to it. */
export const useLayout = create<LayoutState>(() => ({ route: parseRoute(location.hash), jump: null }));

/** Shows something else. */
export function goTo(route: Route): void {
  const hash = formatRoute(route);
  if (location.hash !== hash) history.pushState(null, '', hash);
  useLayout.setState({ route });
}

/** Shows another tab of the run that is shown; the step stays, or goes on with the run. */
export function showTab(tab: string): void {
  const { route } = useLayout.getState();
  if (route.page === 'run') goTo({ ...route, tab });
}

/** Shows something that nobody chose: going back does not lead there. */
export function settleOn(route: Route): void {
  history.replaceState(null, '', formatRoute(route));
  useLayout.setState({ route });
}

/** Follows the page's back and forward. @returns ends it */
export function followAddress(): () => void {
  const follow = (): void => useLayout.setState({ route: parseRoute(location.hash) });
  addEventListener('popstate', follow);
  addEventListener('hashchange', follow);
  return () => {
    removeEventListener('popstate', follow);
    removeEventListener('hashchange', follow);
  };
}

/** Opens a log at a place. Worker logs have a tab of their own, the others share one. */
export function openLog(jump: LogJump): void {
  const tab = jump.source.startsWith('worker_') ? jump.source : 'logs';
  useLayout.setState({ jump });
  goTo({ page: 'run', run: jump.run, step: jump.step, tab });
}

/** Takes the place that was asked for in a log, if there is one; the next call gets none. */
export function takeJump(log: { run: string; source: string; step: number | null }): LogJump | null {
  const { jump } = useLayout.getState();
  if (jump === null || jump.run !== log.run || jump.source !== log.source || jump.step !== log.step) return null;
  useLayout.setState({ jump: null });
  return jump;
}
