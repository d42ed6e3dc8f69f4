import { useEffect, useMemo, useRef, useState } from 'react';
import type { ItemTable } from '../../shared/items/item-table.ts';
import type { StepState } from '../../shared/run/run-model.ts';
import type { RunSnapshot } from '../store/run-fold.ts';

/** So many items are filtered and sorted with every change; more wait for the next second. */
const QUICK_ITEMS = 5_000;
const SLOW_MS = 1_000;

/** A step's items, which change in place: a new object for every change, but for many items at most one a second. */
export function useFreshItems(snapshot: RunSnapshot, step: StepState): { items: ItemTable; version: number } {
  const slow = useSlowed(snapshot.version, SLOW_MS);
  const version = step.items.length <= QUICK_ITEMS ? snapshot.version : slow;
  return useMemo(() => ({ items: step.items, version }), [step, version]);
}

/** A value that changes at most once in a time; the last change is never lost. */
function useSlowed<T>(value: T, milliseconds: number): T {
  const [shown, setShown] = useState(value);
  const changed = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, changed.current + milliseconds - performance.now());
    const timer = setTimeout(() => {
      changed.current = performance.now();
      setShown(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return shown;
}
