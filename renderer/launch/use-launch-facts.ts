import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Answer } from '../../shared/contract/answer.ts';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { PipelineList } from '../../shared/contract/launch.ts';
import type { About } from '../../shared/contract/machine.ts';
import type { Device } from '../../shared/device.ts';
import type { Problem } from '../../shared/problem.ts';
import { listenOnce } from '../engine-client/listen-once.ts';

/** Figures of GPUs are asked for again after this time while the form is seen (milliseconds). */
const LOOK_EVERY_MS = 5_000;

export interface DeviceAnswer {
  devices: Device[];
  /** Sentences about what is there and cannot be used. */
  problems: string[];
}

/** What the form asks of the machine; null while it is not known yet. */
export interface FormFacts {
  about: About | null;
  pipelines: PipelineList | null;
  devices: DeviceAnswer | null;
  /** Why something could not be asked; null when all is well. */
  problem: Problem | null;
  /** Asks for the devices' figures again. */
  lookAgain: () => void;
}

type Known = Pick<FormFacts, 'about' | 'pipelines' | 'devices'>;

const NOTHING_KNOWN: Known = { about: null, pipelines: null, devices: null };
/** What each engine said last: a form that is opened again begins with it, and does not jump when the answers come. */
const lastKnown = new WeakMap<EngineClient, Known>();

/** One thing that was asked: what is known, and why the last answer was none. */
interface Fact<T> {
  value: T | null;
  problem: Problem | null;
}

/** Asks the engine what can be run here, and on what. */
export function useLaunchFacts(client: EngineClient): FormFacts {
  const [known] = useState(() => lastKnown.get(client) ?? NOTHING_KNOWN);
  const [about, setAbout] = useState(() => factOf(known.about));
  const [pipelines, setPipelines] = useState(() => factOf(known.pipelines));
  const [devices, setDevices] = useState(() => factOf(known.devices));
  const [looks, setLooks] = useState(0);
  useEffect(() => listenOnce(client.about({}), (answer) => setAbout(withAnswer(answer))), [client]);
  useEffect(() => listenOnce(client.pipelines({}), (answer) => setPipelines(withAnswer(answer))), [client]);
  // Each look is one more asking.
  useEffect(() => listenOnce(client.devices({}), (answer) => setDevices(withAnswer(answer))), [client, looks]);
  const facts = useMemo(
    () => ({ about: about.value, pipelines: pipelines.value, devices: devices.value }),
    [about, pipelines, devices],
  );
  useEffect(() => void lastKnown.set(client, facts), [client, facts]);
  const gpus = facts.devices?.devices.some(({ kind }) => kind !== 'cpu') ?? false;
  useEffect(() => {
    if (!gpus) return undefined;
    const timer = setInterval(() => document.hidden || setLooks((count) => count + 1), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [gpus]);
  const lookAgain = useCallback(() => setLooks((count) => count + 1), []);
  return { ...facts, problem: about.problem ?? pipelines.problem ?? devices.problem, lookAgain };
}

function factOf<T>(value: T | null): Fact<T> {
  return { value, problem: null };
}

/** What was known before stays where there is no newer answer. */
function withAnswer<T>(answer: Answer<T>): (before: Fact<T>) => Fact<T> {
  return ({ value }) => (answer.ok ? factOf(answer.value) : { value, problem: answer.error });
}
