import { useCallback, useEffect, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { PipelineList } from '../../shared/contract/launch.ts';
import type { About } from '../../shared/contract/machine.ts';
import type { Device } from '../../shared/device.ts';
import { messageOf } from '../../shared/message-of.ts';

/** How often the figures of GPUs are read while the form is visible (milliseconds). */
const POLL_MS = 5_000;

export interface DeviceAnswer {
  devices: Device[];
  /** Sentences about devices that exist and cannot be used. */
  problems: string[];
}

/** What the form needs from the engine; null while unknown. */
export interface FormFacts {
  about: About | null;
  pipelines: PipelineList | null;
  devices: DeviceAnswer | null;
  /** Why a request failed; null when all succeeded. */
  failure: string | null;
  /** Reads the devices' figures again. */
  refreshDevices: () => void;
}

type Known = Pick<FormFacts, 'about' | 'pipelines' | 'devices'>;

const NOTHING_KNOWN: Known = { about: null, pipelines: null, devices: null };
/** The last answers of each engine: a form that is opened again begins with them, and does not change visibly when new answers arrive. */
const lastKnown = new WeakMap<EngineClient, Known>();

/** Asks the engine for its pipelines and devices. */
export function useLaunchFacts(client: EngineClient): FormFacts {
  const [known] = useState(() => lastKnown.get(client) ?? NOTHING_KNOWN);
  const [about, setAbout] = useState(known.about);
  const [pipelines, setPipelines] = useState(known.pipelines);
  const [devices, setDevices] = useState(known.devices);
  const [failure, setFailure] = useState<string | null>(null);
  const [polls, setPolls] = useState(0);
  useEffect(() => settleOnce(client.about({}), setAbout, setFailure), [client]);
  useEffect(() => settleOnce(client.pipelines({}), setPipelines, setFailure), [client]);
  // Each poll requests the devices once more.
  useEffect(() => settleOnce(client.devices({}), setDevices, setFailure), [client, polls]);
  useEffect(() => void lastKnown.set(client, { about, pipelines, devices }), [client, about, pipelines, devices]);
  const gpus = devices?.devices.some(({ kind }) => kind !== 'cpu') ?? false;
  useEffect(() => {
    if (!gpus) return undefined;
    const timer = setInterval(() => document.hidden || setPolls((count) => count + 1), POLL_MS);
    return () => clearInterval(timer);
  }, [gpus]);
  const refreshDevices = useCallback(() => setPolls((count) => count + 1), []);
  return { about, pipelines, devices, failure, refreshDevices };
}

/** Passes an answer on unless it arrives too late; returns a function that stops this. */
function settleOnce<T>(
  answer: Promise<T>,
  onAnswer: (value: T) => void,
  onFailure: (message: string | null) => void,
): () => void {
  let listening = true;
  const settle = (act: () => void): void => {
    if (listening) act();
  };
  answer.then(
    (value) =>
      settle(() => {
        onAnswer(value);
        onFailure(null);
      }),
    (error: unknown) => settle(() => onFailure(messageOf(error))),
  );
  return () => {
    listening = false;
  };
}
