import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RECORDED_VARIABLES, recordedEnvironment } from '../../../../../electron/engine/run-directory/metadata.ts';

test('only the listed variables of an environment are recorded', () => {
  const secrets = { AWS_SECRET_ACCESS_KEY: 'x', HF_TOKEN: 'y', OPENAI_API_KEY: 'z', PASSWORD: 'p' };
  const kept = recordedEnvironment({ ...secrets, CUDA_VISIBLE_DEVICES: '1', CONDA_DEFAULT_ENV: 'bio', TZ: undefined });
  expect(kept).toEqual({ CUDA_VISIBLE_DEVICES: '1', CONDA_DEFAULT_ENV: 'bio' });
});

test('no recorded variable has the name of a secret', () => {
  expect(RECORDED_VARIABLES.filter((name) => /KEY|TOKEN|SECRET|PASS|AUTH|COOKIE/.test(name))).toEqual([]);
});

test('the guide to the logs names exactly the recorded variables', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../../../docs/logging.md'), 'utf8');
  const paragraph = /keeps these variables and no others[\s\S]*?Parameters/.exec(guide)?.[0] ?? '';
  const named = [...paragraph.matchAll(/`([A-Z_]+)`/g)].map((match) => match[1]);
  expect(named).toEqual(RECORDED_VARIABLES);
});
