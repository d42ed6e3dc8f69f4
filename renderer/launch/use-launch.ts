import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { LaunchRequest, PipelineSummary } from '../../shared/contract/launch.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';
import { type FieldName, type FieldProblems, problemFields } from './field-problems.ts';
import {
  checkDraft,
  chosenPipeline,
  EMPTY_DRAFT,
  type LaunchDraft,
  type LaunchFacts,
  usersOfChosen,
} from './form-draft.ts';
import { type DescribedPipeline, useDescribedPipeline } from './use-described-pipeline.ts';
import { type ChangeDraft, type DraftBeginning, useLaunchDraft } from './use-launch-draft.ts';
import { type FormFacts, useLaunchFacts } from './use-launch-facts.ts';
import { type Planning, usePlan } from './use-plan.ts';

/** The pipeline that the sample files are for. */
const SAMPLE_PIPELINE = 'kmer-embedding';

export interface Launch {
  draft: LaunchDraft;
  change: ChangeDraft;
  facts: FormFacts;
  chosen: PipelineSummary | null;
  /** The request of the draft; null while something is missing or wrong. */
  request: LaunchRequest | null;
  plan: Planning;
  /** The problems to show beside the fields. */
  problems: FieldProblems;
  /** False until the pipelines and devices are known: nothing can be checked before. */
  known: boolean;
  starting: boolean;
  /** Whether the engine refuses the start because another run has a device. */
  isInUse: boolean;
  /** @returns whether a run was started */
  start: () => Promise<boolean>;
  useSamples: () => void;
  clear: () => void;
}

/** Returns everything that the form does, without its appearance. */
export function useLaunch(client: EngineClient, beginning: DraftBeginning, onStarted: (run: string) => void): Launch {
  const facts = useLaunchFacts(client);
  const { draft, change, problem: notKept } = useLaunchDraft(client, beginning);
  const { about, pipelines, devices } = facts;
  const ofForm = facts.problem ?? notKept;
  const described = useDescribedPipeline(client, draft.pipeline, about?.workingDirectory ?? null);
  const ofFile = described.pipeline;
  const known = useMemo(() => knownFacts({ about, pipelines, devices }, ofFile), [about, pipelines, devices, ofFile]);
  const checked = useMemo(() => (known === null ? null : checkDraft(draft, known)), [draft, known]);
  const request = checked?.ok === true ? checked.value : null;
  const plan = usePlan(client, request);
  const [tried, setTried] = useState(false);
  const [refusal, setRefusal] = useState<{ draft: LaunchDraft; problem: Problem } | null>(null);
  useUsers(devices === null ? '' : usersOfChosen(draft, devices).join(' '), (before) => {
    plan.again();
    // The runs that were in the way may not be there any more; the plan tells.
    if (before !== '') setRefusal((last) => (last?.problem.reason === 'device-in-use' ? null : last));
  });
  const [starting, setStarting] = useState(false);
  const underWay = useRef(false);

  const start = async (): Promise<boolean> => {
    setTried(true);
    if (request === null || underWay.current) return underWay.current;
    underWay.current = true;
    setStarting(true);
    const answer = await call(client.startRun({ ...request, detach: false }));
    underWay.current = false;
    setStarting(false);
    setRefusal(answer.ok ? null : { draft, problem: answer.error });
    // Who has which device was known from some seconds ago.
    if (!answer.ok && answer.error.reason === 'device-in-use') facts.refreshDevices();
    if (answer.ok) onStarted(answer.value.run);
    return answer.ok;
  };
  const chosen = ofFile ?? chosenPipeline(draft, { pipelines: facts.pipelines?.pipelines ?? [] });
  const ofEngine = refusal?.draft === draft ? refusal.problem : plan.problem;
  return {
    draft,
    change,
    facts,
    chosen,
    request,
    plan,
    problems: {
      ...(ofEngine === null ? {} : problemFields(ofEngine, Object.keys(chosen?.parameters ?? {}))),
      ...(checked === null || checked.ok ? {} : shownProblems(checked.error, tried)),
      ...pipelineFileProblems(described),
      ...(ofForm === null ? {} : { form: { message: ofForm.message, advice: ofForm.advice, missing: false } }),
    },
    known: known !== null,
    starting,
    isInUse: ofEngine?.reason === 'device-in-use',
    start,
    useSamples() {
      const samples = facts.about?.samples;
      if (samples !== undefined) change({ pipeline: SAMPLE_PIPELINE, inputs: [samples] });
    },
    clear() {
      setTried(false);
      change(EMPTY_DRAFT);
    },
  };
}

/** Reports that other runs have taken or freed the chosen devices: nothing was changed in the form, but the plan may be another one. */
function useUsers(users: string, onChange: (before: string) => void): void {
  const [known, setKnown] = useState(users);
  const report = useEffectEvent(onChange);
  useEffect(() => {
    if (known === users) return;
    setKnown(users);
    report(known);
  }, [known, users]);
}

/** Returns the problems of a pipeline's file, which replace the message that no pipeline has this name. */
function pipelineFileProblems({ asking, problem }: DescribedPipeline): FieldProblems {
  if (problem !== null) return { pipeline: { message: problem.message, advice: problem.advice, missing: false } };
  return asking ? { pipeline: undefined } : {};
}

function knownFacts(
  { about, pipelines, devices }: Pick<FormFacts, 'about' | 'pipelines' | 'devices'>,
  ofFile: PipelineSummary | null,
): LaunchFacts | null {
  if (about === null || pipelines === null || devices === null) return null;
  return {
    pipelines: ofFile === null ? pipelines.pipelines : [...pipelines.pipelines, ofFile],
    devices: devices.devices,
    workingDirectory: about.workingDirectory,
  };
}

/** Returns the problems to show: missing fields only after an attempt to start. */
function shownProblems(problems: FieldProblems, tried: boolean): FieldProblems {
  const shown: FieldProblems = {};
  for (const name of Object.keys(problems) as FieldName[]) {
    const problem = problems[name];
    if (problem !== undefined && (tried || !problem.missing)) shown[name] = problem;
  }
  return shown;
}
