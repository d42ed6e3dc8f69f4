import { useEffect, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { PipelineSummary } from '../../shared/contract/launch.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';

/** The pause in typing after which the file is read (milliseconds). */
const PAUSE_MS = 250;

/** The content of the file of a pipeline that was named by its path. */
export interface DescribedPipeline {
  asking: boolean;
  /** Its name is the path, because a request names it so. */
  pipeline: PipelineSummary | null;
  problem: Problem | null;
}

const NOTHING: DescribedPipeline = { asking: false, pipeline: null, problem: null };

/** Whether a pipeline is named by the path of its file; the engine distinguishes names and paths in the same way. */
export function isPipelinePath(text: string): boolean {
  return text.includes('/') || text.includes('\\') || text.endsWith('.json');
}

/** Reads a pipeline's file, if one is named. @param folder where a relative path starts; null while unknown */
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
