import { memo } from 'react';
import type { DeviceCount, RunListEntry } from '../../shared/contract/runs.ts';
import { bytes, count, duration, roughTime, shortDate } from '../../shared/format.ts';
import { launchTime } from '../../shared/ids.ts';
import { takenSeconds } from '../../shared/run/run-time.ts';
import { StatusBadge } from '../parts/status-badge.tsx';
import { isActive } from '../parts/status-words.ts';
import { goTo } from '../store/layout-store.ts';
import { deviceWords } from './device-words.ts';

interface HistoryRowProps {
  entry: RunListEntry;
  /** Position among the rows shown, from 0. */
  index: number;
  chosen: boolean;
  now: number;
  onChoose: (directory: string, ticked: boolean, range: boolean) => void;
}

/** One run. Its name opens it. */
export const HistoryRow = memo(function HistoryRow({ entry, index, chosen, now, onChoose }: HistoryRowProps) {
  const { run, name, pipeline, status, directory, items, devices } = entry;
  const started = entry.created ?? new Date(launchTime(run)).toISOString();
  return (
    // The header is row 1.
    <tr aria-rowindex={index + 2} className={chosen ? 'chosen' : undefined}>
      <td className="choice">
        <label className="history-choice">
          <input
            type="checkbox"
            aria-label={`Choose ${name ?? run}`}
            checked={chosen}
            onChange={(event) =>
              onChoose(
                directory,
                event.target.checked,
                event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey,
              )
            }
          />
        </label>
      </td>
      <td className="name">
        <button
          type="button"
          className="link history-name one-line"
          title={`${name ?? run}\n${directory}`}
          onClick={() => goTo({ page: 'run', run, step: null, tab: null })}
        >
          {name ?? run}
        </button>
        <SecondLine entry={entry} />
      </td>
      <td className="status">
        <StatusBadge status={status} brief />
      </td>
      <td className="pipeline one-line" title={pipeline}>
        {pipeline}
      </td>
      <td className="started number right" title={started}>
        {shortDate(started, now)}
      </td>
      <td className="duration number right">{shownDuration(entry, now)}</td>
      <td className="items number right">
        <Items items={items} damaged={status === 'damaged'} />
      </td>
      <td className="devices one-line" title={devices.map(deviceTitle).join(', ')}>
        {deviceWords(devices)}
      </td>
      <td className="size number right">{entry.bytes === null ? '' : bytes(entry.bytes)}</td>
    </tr>
  );
});

/** Shows what distinguishes runs of the same name, or why a run cannot be read. */
function SecondLine({ entry: { name, run, damage, archive, pipeline } }: { entry: RunListEntry }) {
  if (damage !== null) {
    return (
      <span className="history-second bad one-line" title={damage}>
        {damage}
      </span>
    );
  }
  return (
    <span className="history-second muted one-line">
      {name === null ? pipeline : run}
      {archive === 'whole' && ' · archived'}
      {archive === 'stale' && ' · archive out of date'}
    </span>
  );
}

function Items({ items, damaged }: { items: RunListEntry['items']; damaged: boolean }) {
  if (damaged && items.total === 0) return null;
  const { total, complete, failed } = items;
  return (
    <>
      {count(complete)}
      {complete < total && <span className="muted"> / {count(total)}</span>}
      {failed > 0 && <span className="history-failed bad">{count(failed)} failed</span>}
    </>
  );
}

/** Formats the duration; it is unknown for a run that has neither an owner nor an end. */
function shownDuration(entry: RunListEntry, now: number): string {
  if (entry.ended === null && !isActive(entry.status)) return '';
  const seconds = takenSeconds(entry, now);
  // Nothing of a run that waits has been done yet.
  if (seconds === null || (entry.status === 'queued' && seconds === 0)) return '';
  // What goes on is told without digits that only flicker.
  return entry.ended === null ? roughTime(seconds) : duration(seconds);
}

function deviceTitle({ name, count }: DeviceCount): string {
  return `${count} × ${name}`;
}
