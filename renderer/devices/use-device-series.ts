import { useEffect, useMemo, useState } from 'react';
import type { DeviceSeries } from '../../shared/contract/runs.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import type { RunSnapshot } from '../store/run-fold.ts';
import { joinSeries } from './device-figures.ts';

/** Points of a device's history: more than a chart has pixels of width on most screens. */
const POINTS = 1_200;
/** The metrics log has a sample every ten seconds; a run of another process is seen through it alone (milliseconds). */
const READ_AGAIN_MS = 10_000;
/** The first sample is waited for more closely. */
const READ_FIRST_MS = 2_000;

/** What the devices of a step did: from its metrics log, and as they are told live where this engine owns the run. */
export function useDeviceSeries(snapshot: RunSnapshot, step: number): readonly DeviceSeries[] {
  const { run, live, figures, figuresAt } = snapshot;
  const client = useEngine();
  const [recorded, setRecorded] = useState<readonly DeviceSeries[]>([]);
  const isTold = live && figuresAt > 0;
  const isEmpty = recorded.length === 0;
  useEffect(() => {
    if (client === null) return undefined;
    let wanted = true;
    const read = (): void =>
      void call(client.deviceSeries({ run, step, points: POINTS })).then(
        (answer) => wanted && answer.ok && setRecorded(answer.value),
      );
    read();
    const timer = live && !isTold ? setInterval(read, isEmpty ? READ_FIRST_MS : READ_AGAIN_MS) : undefined;
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [client, run, step, live, isTold, isEmpty]);
  // The live series change in place; when they last did tells whether to look.
  return useMemo(
    () => (figuresAt > 0 ? joinSeries(recorded, figures.all()) : recorded),
    [recorded, figures, figuresAt],
  );
}
