import type { SectionProps } from './section-props.ts';
import { TextSetting } from './text-setting.tsx';

/** How runs are executed and kept. */
export function RunSettings({ client, settings }: SectionProps) {
  return (
    <section className="form-section" aria-labelledby="runs-title">
      <h2 id="runs-title">Runs</h2>
      <TextSetting
        client={client}
        id="interpreter"
        label="Python interpreter"
        help="The value of {python} in pipelines. Empty: that of the active environment, else the first on PATH."
        placeholder="Found automatically"
        saved={settings.interpreter ?? ''}
        place={{ kind: 'file', what: 'Python interpreter' }}
        isNumber={false}
        isOptional
        toChange={(interpreter) => ({ interpreter })}
      />
      <TextSetting
        client={client}
        id="stop-grace"
        label="Stop grace period (s)"
        help="The time between asking a worker to end and killing it. Applies to runs that start from now on."
        placeholder=""
        saved={String(settings.stopGraceSeconds)}
        isNumber
        isOptional={false}
        toChange={(stopGraceSeconds) => ({ stopGraceSeconds })}
      />
      <TextSetting
        client={client}
        id="keep-free"
        label="Keep free on disks (GiB)"
        help="With less free space where it writes, a run hands out no more files until there is twice as much. Empty: 1, or 1 % of a small disk. 0: no limit. Applies to runs that start from now on."
        placeholder="1"
        saved={settings.keepFreeGib === null ? '' : String(settings.keepFreeGib)}
        isNumber
        isOptional
        toChange={(keepFreeGib) => ({ keepFreeGib })}
      />
      <TextSetting
        client={client}
        id="retention"
        label="Keep runs for (days)"
        help="Runs that ended longer ago are deleted, outputs in their folders included: at the next start and once a day. Empty: none are deleted."
        placeholder="Forever"
        saved={settings.retentionDays === null ? '' : String(settings.retentionDays)}
        isNumber
        isOptional
        toChange={(retentionDays) => ({ retentionDays })}
      />
    </section>
  );
}

/** The defaults of the form. */
export function FormSettings({ client, settings }: SectionProps) {
  const { devices, retries, workersPerDevice, output } = settings.defaults;
  const text = (value: number | null): string => (value === null ? '' : String(value));
  return (
    <section className="form-section" aria-labelledby="form-title">
      <h2 id="form-title">New runs begin with</h2>
      <TextSetting
        client={client}
        id="default-devices"
        label="Devices"
        help="As for --devices: 0,2 or all or cpu:4. Empty: all devices."
        placeholder="All"
        saved={devices ?? ''}
        isNumber={false}
        isOptional
        toChange={(value) => ({ defaults: { devices: value } })}
      />
      <div className="field-row">
        <TextSetting
          client={client}
          id="default-retries"
          label="Retries"
          help="Attempts at a file after the first."
          placeholder="As the pipeline says"
          saved={text(retries)}
          isNumber
          isOptional
          toChange={(value) => ({ defaults: { retries: value } })}
        />
        <TextSetting
          client={client}
          id="default-workers"
          label="Workers per device"
          help="1 to 64."
          placeholder="As the pipeline says"
          saved={text(workersPerDevice)}
          isNumber
          isOptional
          toChange={(value) => ({ defaults: { workersPerDevice: value } })}
        />
      </div>
      <TextSetting
        client={client}
        id="default-output"
        label="Output folder"
        help="Empty: the run’s own folder."
        placeholder="The run’s own folder"
        saved={output ?? ''}
        place={{ kind: 'folder', what: 'output folder' }}
        isNumber={false}
        isOptional
        toChange={(value) => ({ defaults: { output: value } })}
      />
    </section>
  );
}
