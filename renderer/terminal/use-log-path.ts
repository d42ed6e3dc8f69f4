import { useEffect, useState } from 'react';
import type { LogName } from '../../shared/contract/logs.ts';
import { call } from '../engine-client/call.ts';
import { useEngine } from '../engine-client/use-engine.ts';

/** Where a log lies on the engine's machine; null until that is known, or while there is no file. @param there whether the log has anything in it */
export function useLogPath({ run, source, step }: LogName, there: boolean): string | null {
  const client = useEngine();
  const [path, setPath] = useState<string | null>(null);
  useEffect(() => {
    if (client === null || !there) return undefined;
    let wanted = true;
    void call(client.logSources({ run })).then((answer) => {
      if (!wanted || !answer.ok) return;
      const found = answer.value.findLast(
        (one) => one.source === source && (step === undefined || one.step === step || one.step === null),
      );
      setPath(found?.path ?? null);
    });
    return () => {
      wanted = false;
    };
  }, [client, run, source, step, there]);
  return path;
}
