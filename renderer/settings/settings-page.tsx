import './settings-page.css';
import '../launch/field.css';
import { useEffect, useState } from 'react';
import type { Answer } from '../../shared/contract/answer.ts';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { About } from '../../shared/contract/machine.ts';
import { listenOnce } from '../engine-client/listen-once.ts';
import { useLastEngine } from '../engine-client/use-engine.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useSettings } from '../store/settings-store.ts';
import { AppearanceSettings, DesktopSettings } from './appearance-settings.tsx';
import { FormSettings, RunSettings } from './run-settings.tsx';
import { ToolList } from './tool-list.tsx';

/** A person's settings. Each is checked while it is typed, and saved on its own. */
export function SettingsPage() {
  const client = useLastEngine();
  const { report, refusal } = useSettings();
  if (client === null) return null;
  if (report === null) return refusal === null ? null : <ProblemNote problem={refusal} />;
  const { settings, path, problem } = report;
  return (
    <div className="settings">
      <header>
        <h1>Settings</h1>
        <p className="muted">Everything is saved as you change it.</p>
      </header>
      {problem !== null && <ProblemNote problem={problem} />}
      <div className="settings-sections">
        <AppearanceSettings client={client} settings={settings} />
        <DesktopSettings client={client} settings={settings} />
        <RunSettings client={client} settings={settings} />
        <FormSettings client={client} settings={settings} />
        <ToolList client={client} interpreter={settings.interpreter} />
        <DataFolder client={client} file={path} />
      </div>
    </div>
  );
}

function DataFolder({ client, file }: { client: EngineClient; file: string }) {
  const [about, setAbout] = useState<Answer<About> | null>(null);
  useEffect(() => listenOnce(client.about({}), setAbout), [client]);
  const home = about?.ok === true ? about.value.home : null;
  const { drover: shell } = window;
  return (
    <section className="form-section" aria-labelledby="data-title">
      <h2 id="data-title">Data folder</h2>
      {about?.ok === false ? (
        <ProblemNote problem={about.error} />
      ) : (
        <p>
          <code className="place">{home ?? '…'}</code>
        </p>
      )}
      <p className="muted">
        Runs, own pipelines and these settings (<code className="place">{file}</code>) are in this folder. It cannot be
        changed while Drover runs: set <code>DROVER_HOME</code> to another folder before the start. The content of the
        old one stays there.
      </p>
      {shell !== undefined && home !== null && (
        <div className="button-row">
          <button type="button" onClick={() => void shell.openPath(home)}>
            Open the folder
          </button>
        </div>
      )}
    </section>
  );
}
