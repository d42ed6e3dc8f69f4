import './navigation-list.css';
import { goTo, useLayout } from '../store/layout-store.ts';
import { acceleratorLabel, ariaShortcut } from './accelerators.ts';
import { onMac } from './on-mac.ts';
import { NAVIGATION, type NavigationEntry } from './pages.ts';

/** Leads to the pages beside the runs. */
export function NavigationList() {
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
