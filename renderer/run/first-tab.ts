import { totalCounts } from '../../shared/run/run-state.ts';
import { isActive } from '../parts/status-words.ts';
import type { RunSnapshot } from '../store/run-fold.ts';

/** The tab that suits a run when it is opened: what its workers print while it runs, later what failed or what came out. */
export function firstTab({ model, status }: Pick<RunSnapshot, 'model' | 'status'>): string | null {
  const { state } = model;
  if (!isActive(status)) return totalCounts(state).failed > 0 ? 'problems' : 'summary';
  const workers = state.steps.findLast(({ started }) => started !== null)?.workers ?? [];
  if (workers.length === 0) return null;
  return workers.length === 1 ? 'worker_0' : 'grid';
}
