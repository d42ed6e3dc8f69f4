import type { Device } from '../../shared/device.ts';
import { deviceUse } from '../../shared/device-use.ts';
import { bytes } from '../../shared/format.ts';
import { DeviceUseLines } from '../devices/device-use-lines.tsx';
import { useNow } from '../parts/use-now.ts';
import { BeginChoice } from './begin-choice.tsx';
import { Field, FieldNote } from './field.tsx';
import type { FieldProblems } from './field-problems.ts';
import {
  chosenCount,
  deviceName,
  deviceTitle,
  hasGpu,
  type LaunchDraft,
  usersOfChosen,
  usualDevices,
  vanishedDevices,
  withDevice,
} from './form-draft.ts';
import type { DeviceAnswer } from './use-launch-facts.ts';

interface DevicesSectionProps {
  draft: LaunchDraft;
  answer: DeviceAnswer | null;
  problems: FieldProblems;
  /** Whether the engine refuses the start because another run has a device. */
  isRefused: boolean;
  onChange: (change: Partial<LaunchDraft>) => void;
  onRefresh: () => void;
}

/** The choice of GPUs, with their present figures; the number of CPU slots where there is no GPU. */
export function DevicesSection({ draft, answer, problems, isRefused, onChange, onRefresh }: DevicesSectionProps) {
  return (
    <fieldset className="form-section" aria-describedby="devices-note">
      <legend>Devices</legend>
      <button type="button" className="plain small refresh-devices" onClick={onRefresh}>
        Refresh
      </button>
      {answer === null ? (
        <p className="muted">Looking for devices…</p>
      ) : hasGpu(answer.devices) ? (
        <Gpus answer={answer} chosen={draft.devices} onChange={(devices) => onChange({ devices })} />
      ) : (
        <CpuSlots draft={draft} usual={answer.devices.length} problems={problems} onChange={onChange} />
      )}
      {answer?.problems.map((sentence) => (
        <p key={sentence} className="field-note caution">
          {sentence}
        </p>
      ))}
      <FieldNote id="devices-note" problem={problems.devices} />
      {answer !== null && (
        <BeginChoice
          draft={draft}
          chosen={chosenCount(draft, answer.devices)}
          isUsed={isRefused || usersOfChosen(draft, answer).length > 0}
          problems={problems}
          onChange={onChange}
        />
      )}
    </fieldset>
  );
}

function CpuSlots({
  draft,
  usual,
  problems,
  onChange,
}: Pick<DevicesSectionProps, 'draft' | 'problems' | 'onChange'> & { usual: number }) {
  const help = `This machine has no usable GPU, so workers run on the CPU. Empty: ${usual}.`;
  return (
    <Field id="cpu-slots" label="CPU slots" help={help} problem={problems.cpuSlots}>
      {(control) => (
        <input
          {...control}
          className="short"
          type="text"
          inputMode="numeric"
          autoComplete="off"
          placeholder={String(usual)}
          value={draft.cpuSlots}
          onChange={(event) => onChange({ cpuSlots: event.target.value })}
        />
      )}
    </Field>
  );
}

interface GpusProps {
  answer: DeviceAnswer;
  chosen: readonly string[] | null;
  onChange: (chosen: string[] | null) => void;
}

function Gpus({ answer, chosen, onChange }: GpusProps) {
  const { devices, leases } = answer;
  const now = useNow(true);
  const usual = usualDevices(devices);
  const ticked = new Set(chosen ?? usual);
  const change = (name: string) => (on: boolean) => onChange(withDevice(chosen, name, on, usual));
  return (
    <ul className="device-list">
      {devices.map((device) => {
        const name = deviceName(device, devices);
        return (
          <li key={device.uuid ?? `${device.kind}${device.index}`}>
            <DeviceBox title={deviceTitle(device)} ticked={ticked.has(name)} onChange={change(name)} />
            <p className="device-figures number muted">{figures(device).join(' · ')}</p>
            <DeviceUseLines use={deviceUse(device, leases)} now={now} />
          </li>
        );
      })}
      {vanishedDevices(chosen, devices).map((name) => (
        <li key={name}>
          <DeviceBox title={`${name}, not available now`} ticked onChange={change(name)} />
        </li>
      ))}
    </ul>
  );
}

function DeviceBox({ title, ticked, onChange }: { title: string; ticked: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className="tick">
      <input type="checkbox" checked={ticked} onChange={(event) => onChange(event.target.checked)} />
      {title}
    </label>
  );
}

/** Returns the known figures; unknown ones are left out. */
function figures(device: Device): string[] {
  const { memory_free, memory_total, utilization, temperature } = device;
  const total = memory_total === null ? '' : ` of ${bytes(memory_total)}`;
  return [
    memory_free === null ? 'free memory unknown' : `${bytes(memory_free)}${total} free`,
    ...(utilization === null ? [] : [`${utilization} % busy`]),
    ...(temperature === null ? [] : [`${temperature} °C`]),
  ];
}
