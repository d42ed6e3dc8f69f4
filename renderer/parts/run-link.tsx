import type { MouseEvent } from 'react';
import { goTo } from '../store/layout-store.ts';
import { formatRoute, type Route } from '../store/route.ts';
import { useRuns } from '../store/runs-store.ts';

/** A run by its name, or by its id where it has none. One's own is a link to it, if it is in this data folder. */
export function RunLink({ run, isOwn }: { run: string; isOwn: boolean }) {
  const entry = useRuns(({ entries }) => (isOwn ? entries.find((one) => one.run === run) : undefined));
  if (entry === undefined) return <span className="number">{run}</span>;
  const route: Route = { page: 'run', run, step: null, tab: null };
  const show = (event: MouseEvent): void => {
    // Another tab of the browser is asked for.
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    goTo(route);
  };
  return (
    <a href={formatRoute(route)} className="number" title={run} onClick={show}>
      {entry.name ?? run}
    </a>
  );
}
