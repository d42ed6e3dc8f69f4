import { useCallback, useEffect, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { PipelineList } from '../../shared/contract/launch.ts';
import type { About } from '../../shared/contract/machine.ts';
import type { Device } from '../../shared/device.ts';
import { messageOf } from '../../shared/message-of.ts';

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
  failure: string | null;
  /** Asks for the devices' figures again. */
  lookAgain: () => void;
}

type Known = Pick<FormFacts, 'about' | 'pipelines' | 'devices'>;

const NOTHING_KNOWN: Known = { about: null, pipelines: null, devices: null };
/** What each engine said last: a form that is opened again begins with it, and does not jump when the answers come. */
const lastKnown = new WeakMap<EngineClient, Known>();

/** Asks the engine what can be run here, and on what. */
export function useLaunchFacts(client: EngineClient): FormFacts {
  const [known] = useState(() => lastKnown.get(client) ?? NOTHING_KNOWN);
  const [about, setAbout] = useState(known.about);
  const [pipelines, setPipelines] = useState(known.pipelines);
  const [devices, setDevices] = useState(known.devices);
  const [failure, setFailure] = useState<string | null>(null);
  const [looks, setLooks] = useState(0);
  useEffect(() => listenOnce(client.about({}), setAbout, setFailure), [client]);
  useEffect(() => listenOnce(client.pipelines({}), setPipelines, setFailure), [client]);
  // Each look is one more asking.
  useEffect(() => listenOnce(client.devices({}), setDevices, setFailure), [client, looks]);
  useEffect(() => void lastKnown.set(client, { about, pipelines, devices }), [client, about, pipelines, devices]);
  const gpus = devices?.devices.some(({ kind }) => kind !== 'cpu') ?? false;
  useEffect(() => {
    if (!gpus) return undefined;
    const timer = setInterval(() => document.hidden || setLooks((count) => count + 1), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [gpus]);
  const lookAgain = useCallback(() => setLooks((count) => count + 1), []);
  return { about, pipelines, devices, failure, lookAgain };
}

/** Hands on an answer unless it comes too late; returns how to stop listening. */
function listenOnce<T>(
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
