import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveParameters } from '../../../../electron/engine/pipelines/resolve-parameters.ts';
import {
  checkDraft,
  EMPTY_DRAFT,
  type LaunchDraft,
  type LaunchFacts,
  parameterText,
  withParameter,
} from '../../../../renderer/launch/form-draft.ts';
import { launchSchema, type PipelineSummary } from '../../../../shared/contract/launch.ts';
import { type Parameter, pipelineSchema } from '../../../../shared/pipeline/pipeline.ts';
import { cpuSlot, gpu } from './devices.ts';

const PARAMETERS: Record<string, Parameter> = {
  k: { type: 'integer', default: 4, minimum: 1, maximum: 8 },
  rate: { type: 'number', minimum: 0 },
  model: { type: 'choice', choices: ['small', 'large'], default: 'small' },
  exact: { type: 'boolean', default: false },
  note: { type: 'string', default: '' },
};

const complete: LaunchDraft = {
  ...EMPTY_DRAFT,
  pipeline: 'embed',
  inputs: ['/data'],
  parameters: { embed: { rate: '0.5' } },
};

describe('checkDraft', () => {
  it('asks for no more than what was typed', () => {
    expect(checkDraft(complete, facts())).toEqual({
      ok: true,
      value: {
        pipeline: 'embed',
        inputs: ['/data'],
        parameters: { rate: '0.5' },
        overwrite: false,
        skipInvalid: false,
        workingDirectory: '/data',
      },
    });
  });

  it.each([
    [{ begin: 'share' }, { kind: 'now', share: true }],
    [{ begin: 'when-free' }, { kind: 'when-free', any: null }],
    [
      { begin: 'any', anyCount: '1' },
      { kind: 'when-free', any: 1 },
    ],
  ] as const)('says when the run is to begin: %j', (typed, begin) => {
    expect(checkDraft({ ...complete, ...typed }, facts())).toMatchObject({ ok: true, value: { begin } });
  });

  it.each(['0', '3', '1.5', '', 'x'])('does not take %j for a number of two devices', (anyCount) => {
    const devices = [gpu(0), gpu(1)];
    const checked = checkDraft({ ...complete, begin: 'any', anyCount }, { ...facts(), devices });
    expect(checked).toMatchObject({ ok: false, error: { anyCount: { message: 'Give a whole number from 1 to 2.' } } });
  });

  it('hands on every option that was typed', () => {
    const draft: LaunchDraft = {
      ...complete,
      devices: ['1'],
      dispatch: 'list',
      retries: '0',
      workersPerDevice: ' 2 ',
      stallTimeout: '1.5',
      output: ' /out ',
      overwrite: true,
      skipInvalid: true,
      name: 'second try',
    };
    expect(checkDraft(draft, facts({ devices: [gpu(0), gpu(1)] }))).toMatchObject({
      value: {
        devices: '1',
        dispatch: 'list',
        retries: 0,
        workersPerDevice: 2,
        stallTimeout: 1.5,
        output: '/out',
        overwrite: true,
        skipInvalid: true,
        name: 'second try',
      },
    });
  });

  it('tells what is merely missing from what is wrong', () => {
    const checked = checkDraft(withParameter(EMPTY_DRAFT, 'k', '9'), facts());
    expect(checked).toMatchObject({ error: { pipeline: { missing: true }, inputs: { missing: true } } });
    const wrong = checkDraft(withParameter(complete, 'k', '9'), facts());
    expect(wrong).toMatchObject({
      error: { 'parameter.k': { message: 'Give a whole number from 1 to 8.', missing: false } },
    });
  });

  it('says which number is no number', () => {
    const checked = checkDraft({ ...complete, retries: '-1', workersPerDevice: '0', stallTimeout: 'soon' }, facts());
    expect(Object.keys(checked.ok ? {} : checked.error).toSorted()).toEqual([
      'retries',
      'stallTimeout',
      'workersPerDevice',
    ]);
  });

  it('refuses a pipeline that is not there any more, and no device at all', () => {
    const checked = checkDraft({ ...complete, pipeline: 'gone', devices: [] }, facts());
    expect(checked).toMatchObject({ error: { pipeline: { missing: false }, devices: { missing: false } } });
  });

  it('makes the path of a parameter absolute, as a command may be run from another folder', () => {
    const parameters: Record<string, Parameter> = { weights: { type: 'file' } };
    const draft = withParameter({ ...complete, parameters: {} }, 'weights', 'models/a.bin');
    expect(checkDraft(draft, facts({ parameters }))).toMatchObject({
      value: { parameters: { weights: '/data/models/a.bin' } },
    });
  });

  it('agrees with the engine about every value of a parameter', () => {
    const text = fc.oneof(
      fc.string(),
      fc.integer({ min: -2, max: 12 }).map(String),
      fc.double().map(String),
      fc.constantFrom('true', 'false', 'small', 'medium', '1e3', '.5', '0x1', ''),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(PARAMETERS)), text, (name, value) => {
        const checked = checkDraft(withParameter(complete, name, value), facts());
        expect(checked.ok).toBe(isTakenByEngine(name, value));
      }),
    );
  });

  it('makes only requests that the contract takes', () => {
    const word = fc.string({ maxLength: 6 });
    const number = fc.oneof(fc.integer({ min: -3, max: 120 }).map(String), word);
    const typed = fc.record({
      retries: number,
      workersPerDevice: number,
      stallTimeout: number,
      name: word,
      output: word,
    });
    fc.assert(
      fc.property(typed, (fields) => {
        const checked = checkDraft({ ...complete, ...fields }, facts());
        expect(!checked.ok || launchSchema.safeParse(checked.value).success).toBe(true);
      }),
    );
  });
});

describe('parameterText', () => {
  it('is what was typed for this pipeline, else the default', () => {
    const draft = withParameter(complete, 'k', '6');
    const k: Parameter = { type: 'integer', default: 4 };
    expect(parameterText(draft, 'k', k)).toBe('6');
    expect(parameterText({ ...draft, pipeline: 'other' }, 'k', k)).toBe('4');
    expect(parameterText(draft, 'rate', { type: 'number' })).toBe('0.5');
  });
});

/** The engine takes more spellings of yes and no than the form, which has two to choose from. */
function isTakenByEngine(name: string, value: string): boolean {
  if (name === 'exact') return value === 'true' || value === 'false';
  const isNumber = name === 'k' || name === 'rate';
  return resolved({ rate: '0.5', [name]: isNumber ? value.trim() : value }).ok;
}

function resolved(parameters: Record<string, string>) {
  const pipeline = pipelineSchema.parse({
    name: 'embed',
    inputs: { patterns: ['*.fa'] },
    parameters: PARAMETERS,
    steps: [{ name: 'embed', command: ['true'] }],
  });
  return resolveParameters({ pipeline, pipelineDir: '/' }, parameters, '/');
}

function facts(change: { devices?: LaunchFacts['devices']; parameters?: Record<string, Parameter> } = {}): LaunchFacts {
  const pipeline: PipelineSummary = {
    name: 'embed',
    title: 'Embed',
    description: '',
    source: 'bundled',
    replacesBundled: false,
    patterns: ['*.fa'],
    parameters: change.parameters ?? PARAMETERS,
    steps: [],
  };
  return { pipelines: [pipeline], devices: change.devices ?? [cpuSlot(0), cpuSlot(1)], workingDirectory: '/data' };
}
