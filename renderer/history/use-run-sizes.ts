import { useEffect } from 'react';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { isActive } from '../parts/status-words.ts';
import { askSizes } from '../store/runs-store.ts';

/** Sizes are asked for when the rows have stood still for this time: whoever scrolls past does not want them (milliseconds). */
const STILL_MS = 300;

/** Has the sizes of these runs measured, unless they are known or somebody still works on them. */
export function useRunSizes(runs: readonly RunListEntry[]): void {
  const client = useEngine();
  const unknown = runs.filter(({ bytes, status }) => bytes === null && !isActive(status)).map(({ run }) => run);
  const asked = unknown.join(' ');
  useEffect(() => {
    if (client === null || asked === '') return undefined;
    const timer = setTimeout(() => void askSizes(client, asked.split(' ')), STILL_MS);
    return () => clearTimeout(timer);
  }, [client, asked]);
}
