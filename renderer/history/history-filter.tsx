import { useMemo } from 'react';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import { statusWords } from '../parts/status-words.ts';
import { setFilter } from './history-store.ts';
import type { RunFilter, StateFilter } from './select-runs.ts';

const STATES: readonly StateFilter[] = [
  'active',
  'queued',
  'completed',
  'completed-with-failures',
  'failed',
  'stopped',
  'interrupted',
  'damaged',
];

/** The filter of the runs: by words, pipeline, state and day. */
export function HistoryFilter({ entries, filter }: { entries: readonly RunListEntry[]; filter: RunFilter }) {
  const pipelines = useMemo(() => [...new Set(entries.map(({ pipeline }) => pipeline))].sort(), [entries]);
  return (
    <search className="history-filter">
      <input
        type="search"
        aria-label="Search in names, ids and folders"
        placeholder="Name, id or folder…"
        value={filter.text}
        onChange={(event) => setFilter({ text: event.target.value })}
      />
      <select
        aria-label="Pipeline"
        value={filter.pipeline ?? ''}
        onChange={(event) => setFilter({ pipeline: event.target.value === '' ? null : event.target.value })}
      >
        <option value="">All pipelines</option>
        {pipelines.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <select
        aria-label="State"
        value={filter.state ?? ''}
        onChange={(event) => setFilter({ state: STATES.find((state) => state === event.target.value) ?? null })}
      >
        <option value="">All states</option>
        {STATES.map((state) => (
          <option key={state} value={state}>
            {state === 'active' ? 'Active' : statusWords(state).word}
          </option>
        ))}
      </select>
      <fieldset className="history-days">
        <legend className="unseen">Day of the launch</legend>
        <DayField label="From" value={filter.from} onChange={(from) => setFilter({ from })} />
        <DayField label="to" value={filter.to} onChange={(to) => setFilter({ to })} />
      </fieldset>
    </search>
  );
}

function DayField({ label, value, onChange }: { label: string; value: string; onChange: (day: string) => void }) {
  return (
    <label className="history-day">
      <span className="muted">{label}</span>
      <input type="date" value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}
