import './tabs.css';
import type { KeyboardEvent, ReactNode, WheelEvent } from 'react';
import { tabAfterKey } from './tab-after-key.ts';

export interface Tab {
  id: string;
  label: ReactNode;
  /** Tabs of the same group are shown together; the last group is at the end of the row. */
  group: 'workers' | 'others';
}

interface TabsProps {
  /** What the tabs are about, for screen readers. */
  name: string;
  tabs: readonly Tab[];
  selected: string;
  onSelect: (id: string) => void;
  /** The panel of the selected tab. */
  children: ReactNode;
}

/** Tabs with one panel: the arrow keys, Home and End move between them. */
export function Tabs({ name, tabs, selected, onSelect, children }: TabsProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const next = tabAfterKey(tabs, selected, event.key);
    if (next === null) return;
    event.preventDefault();
    onSelect(next);
    document.getElementById(tabId(next))?.focus();
  };
  const ofGroup = (group: Tab['group']) =>
    tabs
      .filter((tab) => tab.group === group)
      .map((tab) => <TabButton key={tab.id} tab={tab} selected={tab.id === selected} onSelect={onSelect} />);
  return (
    <div className="tabs">
      <div className="tab-list" role="tablist" aria-label={name} onKeyDown={onKeyDown}>
        <div className="tab-group scrolling" role="presentation" onWheel={scrollSideways}>
          {ofGroup('workers')}
        </div>
        <div className="tab-group" role="presentation">
          {ofGroup('others')}
        </div>
      </div>
      <div className="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby={tabId(selected)}>
        {children}
      </div>
    </div>
  );
}

function TabButton({ tab, selected, onSelect }: { tab: Tab; selected: boolean; onSelect: (id: string) => void }) {
  return (
    <button
      type="button"
      role="tab"
      id={tabId(tab.id)}
      aria-selected={selected}
      aria-controls={selected ? 'tab-panel' : undefined}
      tabIndex={selected ? 0 : -1}
      onClick={() => onSelect(tab.id)}
      ref={selected ? showInRow : undefined}
    >
      {tab.label}
    </button>
  );
}

function showInRow(button: HTMLButtonElement | null): void {
  button?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** Scrolls the row sideways with a vertical wheel: with many workers most tabs could not be reached otherwise. */
function scrollSideways({ currentTarget, deltaX, deltaY }: WheelEvent<HTMLDivElement>): void {
  if (deltaX === 0) currentTarget.scrollLeft += deltaY;
}

function tabId(id: string): string {
  return `tab-${id}`;
}
