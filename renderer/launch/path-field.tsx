import { useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import { FileBrowser } from '../file-browser/file-browser.tsx';
import type { ControlProps } from './field.tsx';

interface PathFieldProps {
  control: ControlProps;
  client: EngineClient;
  kind: 'file' | 'folder';
  /** What is chosen, for the dialog and for screen readers: `output folder`. */
  what: string;
  value: string;
  placeholder: string;
  onChange: (path: string) => void;
}

/** The path of one file or folder: typed, or chosen in the system's dialog; in a browser, in our own dialog. */
export function PathField({ control, client, kind, what, value, placeholder, onChange }: PathFieldProps) {
  const [browsing, setBrowsing] = useState(false);
  const choose = async (): Promise<void> => {
    const shell = window.drover;
    if (shell === undefined) return setBrowsing(true);
    const path = kind === 'folder' ? await shell.chooseFolder() : ((await shell.chooseFiles())[0] ?? null);
    if (path !== null) onChange(path);
  };
  return (
    <div className="path-field">
      <input
        {...control}
        type="text"
        spellCheck={false}
        autoComplete="off"
        value={value}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
      />
      <button type="button" aria-label={`Choose ${what}`} onClick={() => void choose()}>
        Choose…
      </button>
      {browsing && (
        <FileBrowser
          client={client}
          title={`Choose ${what}`}
          pick={kind}
          start={value === '' ? null : value}
          onChosen={([path]) => {
            setBrowsing(false);
            if (path !== undefined) onChange(path);
          }}
          onClose={() => setBrowsing(false)}
        />
      )}
    </div>
  );
}
