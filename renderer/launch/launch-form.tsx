import './launch-form.css';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { LaunchRequest } from '../../shared/contract/launch.ts';
import { runCommandLine } from '../../shared/pipeline/command-line.ts';
import { DevicesSection } from './devices-section.tsx';
import { FieldNote } from './field.tsx';
import type { LaunchDraft } from './form-draft.ts';
import { InputsSection } from './inputs-section.tsx';
import { OutputSection, WorkersSection } from './options-section.tsx';
import { PipelineSection } from './pipeline-section.tsx';
import { PlanPreview } from './plan-preview.tsx';
import { useLaunch } from './use-launch.ts';
import type { DraftBeginning } from './use-launch-draft.ts';

/** How long "Copied" stays (milliseconds). */
const COPIED_MS = 2_000;

interface LaunchFormProps {
  client: EngineClient;
  /** Fields that are set at the beginning. */
  beginning: DraftBeginning;
  /** Whether it begins with the file browser open, because the paths of dropped files are unknown. */
  isBrowsing: boolean;
  onStarted: (run: string) => void;
  onCancel: () => void;
}

/** The form that starts a run: pipeline, files, devices and options, with the resulting assignment beside it. */
export function LaunchForm({ client, beginning, isBrowsing, onStarted, onCancel }: LaunchFormProps) {
  const launch = useLaunch(client, beginning, onStarted);
  const { draft, change, facts, chosen, problems } = launch;
  const form = useRef<HTMLFormElement>(null);
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    if (refusals > 0) showFirstProblem(form.current);
  }, [refusals]);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!(await launch.start())) setRefusals((count) => count + 1);
  };
  return (
    <div className="launch">
      <form
        ref={form}
        className="launch-form"
        aria-labelledby="launch-title"
        noValidate
        onSubmit={(event) => void submit(event)}
      >
        <header className="launch-header">
          <h1 id="launch-title">New run</h1>
          <button type="button" disabled={facts.about === null} onClick={launch.useSamples}>
            Use the sample files
          </button>
          <button type="button" className="plain" onClick={launch.clear}>
            Clear the form
          </button>
        </header>
        <div className="launch-fields">
          <PipelineSection {...{ client, draft, facts, chosen, problems }} onChange={change} />
          <InputsSection
            client={client}
            inputs={draft.inputs}
            skipInvalid={draft.skipInvalid}
            patterns={chosen?.patterns ?? []}
            problem={problems.inputs}
            isBrowsing={isBrowsing}
            onChange={change}
          />
          <DevicesSection
            draft={draft}
            answer={facts.devices}
            problems={problems}
            isRefused={launch.isInUse}
            onChange={change}
            onRefresh={() => {
              facts.refreshDevices();
              launch.plan.again();
            }}
          />
          <WorkersSection {...{ draft, chosen, problems }} onChange={change} />
          <OutputSection {...{ client, draft, problems }} onChange={change} />
        </div>
        <PlanPreview
          state={launch.plan}
          complaint={Object.values(problems).find((one) => one !== undefined)?.message ?? null}
          onShow={() => showFirstProblem(form.current)}
        />
        <footer className="launch-footer">
          <FieldNote id="launch-note" problem={problems.form} />
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
          <CopyCommand request={launch.request} />
          <button
            type="submit"
            className="primary"
            disabled={launch.starting || !launch.known}
            aria-busy={launch.starting}
          >
            <span className="start-words" data-starting={launch.starting}>
              {launch.starting ? 'Starting…' : waits(launch.draft) ? 'Queue run' : 'Start run'}
            </span>
          </button>
        </footer>
      </form>
    </div>
  );
}

function waits({ begin }: LaunchDraft): boolean {
  return begin === 'when-free' || begin === 'any';
}

/** Shows the first field with a problem. */
function showFirstProblem(form: HTMLFormElement | null): void {
  const control = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
  control?.focus();
  (control ?? form?.querySelector('.field-problem'))?.scrollIntoView({ block: 'center' });
}

type CopyState = 'nothing' | 'copied' | 'failed';

const WORDS: Record<CopyState, string> = { nothing: 'Copy as command', copied: 'Copied', failed: 'Copying failed' };

/** Copies the `drover run` command line that corresponds to the form. */
function CopyCommand({ request }: { request: LaunchRequest | null }) {
  const [copyState, setCopyState] = useState<CopyState>('nothing');
  useEffect(() => {
    if (copyState === 'nothing') return undefined;
    const timer = setTimeout(() => setCopyState('nothing'), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copyState]);
  const copy = async (): Promise<void> => {
    if (request === null) return;
    try {
      await navigator.clipboard.writeText(runCommandLine(request));
      setCopyState('copied');
    } catch {
      setCopyState('failed');
    }
  };
  const line = request === null ? 'Fill in the form first' : runCommandLine(request);
  return (
    <button type="button" className="copy-command" disabled={request === null} title={line} onClick={() => void copy()}>
      <span aria-live="polite">{WORDS[copyState]}</span>
    </button>
  );
}
