import { RUN_ID_PATTERN } from '../../shared/ids.ts';

/** Pages without parameters in their address. */
const PLAIN_PAGES = ['new', 'history', 'analysis', 'devices', 'settings'] as const;
type PlainPage = (typeof PLAIN_PAGES)[number];

/** What the window shows. */
export type Route =
  | { page: 'home' }
  | { page: PlainPage }
  | {
      page: 'run';
      run: string;
      /** null: the latest step. */
      step: number | null;
      /** `worker_0`, `grid`, `items`, `problems`, `metrics`, `logs`, `summary`; null: the best one for the run. */
      tab: string | null;
    };

const TAB_PATTERN = /^[a-z]+(?:_\d{1,6})?$/;
const STEP_PATTERN = /^[1-9]\d{0,5}$/;

/** Reads a route from the address: `#/new`, `#/history`, `#/run/<id>`, `#/run/<id>/2/worker_0`. An unknown address is `home`. */
export function parseRoute(hash: string): Route {
  const [page, run, step, tab] = hash.replace(/^#\/?/, '').split('/');
  const plain = PLAIN_PAGES.find((name) => name === page);
  if (plain !== undefined) return { page: plain };
  if (page !== 'run' || run === undefined || !RUN_ID_PATTERN.test(run)) return { page: 'home' };
  return {
    page: 'run',
    run,
    step: step !== undefined && STEP_PATTERN.test(step) ? Number(step) : null,
    tab: tab !== undefined && TAB_PATTERN.test(tab) ? tab : null,
  };
}

/** Writes a route for the address. */
export function formatRoute(route: Route): string {
  switch (route.page) {
    case 'home':
      return '#/';
    case 'run': {
      if (route.tab !== null) return `#/run/${route.run}/${route.step ?? '-'}/${route.tab}`;
      return route.step === null ? `#/run/${route.run}` : `#/run/${route.run}/${route.step}`;
    }
    default:
      return `#/${route.page satisfies PlainPage}`;
  }
}
