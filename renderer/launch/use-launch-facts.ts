import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Answer } from '../../shared/contract/answer.ts';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { PipelineList } from '../../shared/contract/launch.ts';
import type { About, DeviceLease } from '../../shared/contract/machine.ts';
import type { Device } from '../../shared/device.ts';
import type { Problem } from '../../shared/problem.ts';
import { listenOnce } from '../engine-client/listen-once.ts';

/** How often the figures of GPUs are read while the form is visible (milliseconds). */
const POLL_MS = 5_000;

export interface DeviceAnswer {
  devices: Device[];
  /** Sentences about devices that exist and cannot be used. */
  problems: string[];
  leases: DeviceLease[];
}

/** What the form needs from the engine; null while unknown. */
export interface FormFacts {
  about: About | null;
  pipelines: PipelineList | null;
  devices: DeviceAnswer | null;
  /** Why a request failed; null when all succeeded. */
  problem: Problem | null;
  /** Reads the devices' figures again. */
  refreshDevices: () => void;
}

type Known = Pick<FormFacts, 'about' | 'pipelines' | 'devices'>;

const NOTHING_KNOWN: Known = { about: null, pipelines: null, devices: null };
/** The last answers of each engine: a form that is opened again begins with them, and does not change visibly when new answers arrive. */
const lastKnown = new WeakMap<EngineClient, Known>();

/** One fact that the form needs: what is known, and why the latest request for it failed. */
interface Fact<T> {
  value: T | null;
  problem: Problem | null;
}

/** Asks the engine for its pipelines and devices. */
export function useLaunchFacts(client: EngineClient): FormFacts {
  const [known] = useState(() => lastKnown.get(client) ?? NOTHING_KNOWN);
  const [about, setAbout] = useState(() => factOf(known.about));
  const [pipelines, setPipelines] = useState(() => factOf(known.pipelines));
  const [devices, setDevices] = useState(() => factOf(known.devices));
  const [polls, setPolls] = useState(0);
  useEffect(() => listenOnce(client.about({}), (answer) => setAbout(withAnswer(answer))), [client]);
  useEffect(() => listenOnce(client.pipelines({}), (answer) => setPipelines(withAnswer(answer))), [client]);
  // Each poll requests the devices once more.
  useEffect(() => listenOnce(client.devices({}), (answer) => setDevices(withAnswer(answer))), [client, polls]);
  const facts = useMemo(
    () => ({ about: about.value, pipelines: pipelines.value, devices: devices.value }),
    [about, pipelines, devices],
  );
  useEffect(() => void lastKnown.set(client, facts), [client, facts]);
  const gpus = facts.devices?.devices.some(({ kind }) => kind !== 'cpu') ?? false;
  useEffect(() => {
    if (!gpus) return undefined;
    const timer = setInterval(() => document.hidden || setPolls((count) => count + 1), POLL_MS);
    return () => clearInterval(timer);
  }, [gpus]);
  const refreshDevices = useCallback(() => setPolls((count) => count + 1), []);
  return { ...facts, problem: about.problem ?? pipelines.problem ?? devices.problem, refreshDevices };
}

function factOf<T>(value: T | null): Fact<T> {
  return { value, problem: null };
}

/** What was known before stays where there is no newer answer. */
function withAnswer<T>(answer: Answer<T>): (before: Fact<T>) => Fact<T> {
  return ({ value }) => (answer.ok ? factOf(answer.value) : { value, problem: answer.error });
}
