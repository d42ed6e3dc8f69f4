import { useEffect, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { PipelineSummary } from '../../shared/contract/launch.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';

/** Typing pauses this long before the file is looked at (milliseconds). */
const PAUSE_MS = 250;

/** What stands in the file of a pipeline that was named by its path. */
export interface DescribedPipeline {
  asking: boolean;
  /** Under the path as its name, as that is what a request names it by. */
  pipeline: PipelineSummary | null;
  problem: Problem | null;
}

const NOTHING: DescribedPipeline = { asking: false, pipeline: null, problem: null };

/** Whether a pipeline is named by the path of its file; the engine tells names and paths apart in the same way. */
export function isPipelinePath(text: string): boolean {
  return text.includes('/') || text.includes('\\') || text.endsWith('.json');
}

/** Looks at a pipeline's file, where one is named. @param folder where a relative path starts; null while that is not known */
export function useDescribedPipeline(client: EngineClient, path: string, folder: string | null): DescribedPipeline {
  const [described, setDescribed] = useState<DescribedPipeline & { path: string }>({ ...NOTHING, path: '' });
  useEffect(() => {
    if (folder === null || !isPipelinePath(path)) return undefined;
    let wanted = true;
    const ask = async (): Promise<void> => {
      const answer = await call(client.describePipeline({ pipeline: path, workingDirectory: folder }));
      if (!wanted) return;
      setDescribed({
        path,
        asking: false,
        pipeline: answer.ok ? { ...answer.value, name: path } : null,
        problem: answer.ok ? null : answer.error,
      });
    };
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [client, path, folder]);
  if (!isPipelinePath(path)) return NOTHING;
  return described.path === path ? described : { ...NOTHING, asking: true };
}
