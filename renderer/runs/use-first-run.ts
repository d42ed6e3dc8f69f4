import { useEffect } from 'react';
import { isActive } from '../parts/status-words.ts';
import { settleOn, useLayout } from '../store/layout-store.ts';
import { useRuns } from '../store/runs-store.ts';

/** Without a choice the run that is under way is shown, else the newest. */
export function useFirstRun(): void {
  const { entries, loaded } = useRuns();
  const page = useLayout(({ route }) => route.page);
  useEffect(() => {
    if (!loaded || page !== 'home') return;
    const shown = entries.find(({ status }) => isActive(status)) ?? entries.find(({ status }) => status !== 'damaged');
    if (shown !== undefined) settleOn({ page: 'run', run: shown.run, step: null, tab: null });
  }, [entries, loaded, page]);
}
