import { expect, test } from 'vitest';
import { draftOfDuplicate, draftOfRequest } from '../../../../renderer/launch/draft-of-request.ts';
import { checkDraft } from '../../../../renderer/launch/form-draft.ts';
import type { LaunchRequest, PipelineSummary } from '../../../../shared/contract/launch.ts';

const PIPELINE: PipelineSummary = {
  name: 'embed',
  title: 'Embed',
  description: '',
  source: 'bundled',
  replacesBundled: false,
  patterns: ['*.fa'],
  parameters: { k: { type: 'integer', default: 4, minimum: 1, maximum: 8 } },
  steps: [{ name: 'embed', dispatch: 'queue', device: 'any', command: ['embed'] }],
};

const REQUEST: LaunchRequest = {
  pipeline: 'embed',
  inputs: ['/data/a', '/data/b'],
  parameters: { k: '5' },
  devices: 'cpu:3',
  dispatch: 'list',
  retries: 2,
  workersPerDevice: 1,
  stallTimeout: 60,
  output: '/results',
  name: 'again',
  overwrite: true,
  skipInvalid: true,
  workingDirectory: '/data',
};

test('the form that is filled in with a request asks for that request', () => {
  const facts = { pipelines: [PIPELINE], devices: [], workingDirectory: '/data' };
  expect(checkDraft(draftOfRequest(REQUEST), facts)).toEqual({ ok: true, value: REQUEST });
  const least: LaunchRequest = { ...REQUEST, parameters: {} };
  for (const key of ['devices', 'dispatch', 'retries', 'workersPerDevice', 'stallTimeout', 'output', 'name'] as const)
    delete least[key];
  expect(checkDraft(draftOfRequest(least), facts)).toEqual({ ok: true, value: least });
});

test('devices that were named are chosen, and all of them by default', () => {
  expect(draftOfRequest({ ...REQUEST, devices: '0, GPU-1' })).toMatchObject({ devices: ['0', 'GPU-1'], cpuSlots: '' });
  expect(draftOfRequest({ ...REQUEST, devices: 'all' })).toMatchObject({ devices: null, cpuSlots: '' });
});

test.each<LaunchRequest['begin']>([
  { kind: 'now', share: true },
  { kind: 'when-free', any: null },
  { kind: 'when-free', any: 2 },
])('a run that began with %j begins so again', (begin) => {
  const facts = { pipelines: [PIPELINE], devices: [], workingDirectory: '/data' };
  expect(checkDraft(draftOfRequest({ ...REQUEST, begin }), facts)).toMatchObject({ value: { begin } });
});

test('a duplicate gets another name and no output folder that would collide', () => {
  expect(draftOfDuplicate(REQUEST)).toEqual({
    ...draftOfRequest(REQUEST),
    name: 'again (copy)',
    output: '',
    overwrite: false,
  });
});
