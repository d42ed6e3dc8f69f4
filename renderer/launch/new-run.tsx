import { useLastEngine } from '../engine-client/use-engine.ts';
import { goTo } from '../store/layout-store.ts';
import { refreshRuns } from '../store/runs-store.ts';
import { LaunchForm } from './launch-form.tsx';

/** The page of the form. It stays as it is while the connection is away; what it asks meanwhile is refused. */
export function NewRun() {
  const client = useLastEngine();
  if (client === null) return null;
  const show = (run: string): void => {
    void refreshRuns(client);
    goTo({ page: 'run', run, step: null, tab: null });
  };
  return <LaunchForm client={client} onStarted={show} onCancel={() => history.back()} />;
}
