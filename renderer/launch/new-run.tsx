import { useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Settings } from '../../shared/settings.ts';
import { useLastEngine } from '../engine-client/use-engine.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { takeBroughtFiles, useBroughtFiles } from '../store/brought-files.ts';
import { goTo } from '../store/layout-store.ts';
import { refreshRuns } from '../store/runs-store.ts';
import { useSettings } from '../store/settings-store.ts';
import { draftBeginning } from './draft-beginning.ts';
import type { LaunchDraft } from './form-draft.ts';
import { LaunchForm } from './launch-form.tsx';

/** The page of the form. It stays as it is while the connection is lost; its requests fail meanwhile. */
export function NewRun() {
  const client = useLastEngine();
  const defaults = useSettings(({ report }) => report?.settings.defaults);
  const refusal = useSettings((state) => state.refusal);
  const times = useBroughtFiles((brought) => brought.times);
  if (client === null) return null;
  if (defaults === undefined) return refusal === null ? null : <ProblemNote problem={refusal} />;
  // New files from outside restart the open form with them.
  return <BegunForm key={times} client={client} defaults={defaults} />;
}

function BegunForm({ client, defaults }: { client: EngineClient; defaults: Settings['defaults'] }) {
  const [brought] = useState(takeBroughtFiles);
  const beginning = (draft: LaunchDraft): Partial<LaunchDraft> => draftBeginning(draft, defaults, brought.paths);
  const show = (run: string): void => {
    void refreshRuns(client);
    goTo({ page: 'run', run, step: null, tab: null });
  };
  return (
    <LaunchForm
      client={client}
      beginning={beginning}
      isBrowsing={brought.hasUnknownPaths}
      onStarted={show}
      onCancel={() => history.back()}
    />
  );
}
