import './sidebar.css';
import { goTo, useLayout } from '../store/layout-store.ts';
import { RunList } from './run-list.tsx';
import './navigation-list.css';
import { acceleratorLabel, ariaShortcut, onMac } from './accelerators.ts';
import { NAVIGATION, type NavigationEntry } from './pages.ts';

/** The sidebar of the window: a new run, the pages, the runs. */
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

/** The links to the pages beside the runs. */
function NavigationList() {
  return (
    <nav className="navigation" aria-label="Pages">
      <ul>
        {NAVIGATION.map((entry) => (
          <li key={entry.id}>
            <NavigationLink entry={entry} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function NavigationLink({ entry }: { entry: NavigationEntry }) {
  const { title, route, accelerator, sign } = entry;
  const here = useLayout((state) => state.route.page === route.page);
  return (
    <button
      type="button"
      className="plain navigation-link"
      aria-current={here ? 'page' : undefined}
      aria-keyshortcuts={ariaShortcut(accelerator, onMac)}
      title={`${title} (${acceleratorLabel(accelerator, onMac)})`}
      onClick={() => goTo(route)}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={sign} />
      </svg>
      <span className="one-line">{title}</span>
    </button>
  );
}
