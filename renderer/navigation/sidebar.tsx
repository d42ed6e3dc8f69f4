import './sidebar.css';
import { RunList } from '../runs/run-list.tsx';
import { goTo, useLayout } from '../store/layout-store.ts';
import { NavigationList } from './navigation-list.tsx';

/** The side of the window: a new run, the pages, the runs. */
export function Sidebar() {
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
      <NavigationList />
      <RunList />
    </aside>
  );
}
