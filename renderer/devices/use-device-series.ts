import { useEffect, useMemo, useState } from 'react';
import type { DeviceSeries } from '../../shared/contract/runs.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import type { RunSnapshot } from '../store/run-fold.ts';
import { joinSeries } from './device-figures.ts';

/** The number of points of a device's history: more than the width of a chart in pixels on most screens. */
const POINTS = 1_200;
/** How often the metrics log is read: it has a sample every ten seconds, and is the only source for a run of another process (milliseconds). */
const READ_AGAIN_MS = 10_000;
/** How often the metrics log is read until the first sample (milliseconds). */
const READ_FIRST_MS = 2_000;

/** Returns the figures of the devices of a step: from its metrics log, and live where this engine owns the run. */
export function useDeviceSeries(snapshot: RunSnapshot, step: number): readonly DeviceSeries[] {
  const { run, live, figures, figuresAt } = snapshot;
  const client = useEngine();
  const [recorded, setRecorded] = useState<readonly DeviceSeries[]>([]);
  const isPushed = live && figuresAt > 0;
  const isEmpty = recorded.length === 0;
  useEffect(() => {
    if (client === null) return undefined;
    let wanted = true;
    const read = (): void =>
      void call(client.deviceSeries({ run, step, points: POINTS })).then(
        (answer) => wanted && answer.ok && setRecorded(answer.value),
      );
    read();
    const timer = live && !isPushed ? setInterval(read, isEmpty ? READ_FIRST_MS : READ_AGAIN_MS) : undefined;
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [client, run, step, live, isPushed, isEmpty]);
  // The live series change in place; `figuresAt` changes with them.
  return useMemo(
    () => (figuresAt > 0 ? joinSeries(recorded, figures.all()) : recorded),
    [recorded, figures, figuresAt],
  );
}
