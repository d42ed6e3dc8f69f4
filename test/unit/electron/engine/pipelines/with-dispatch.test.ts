import { expect, test } from 'vitest';
import { withDispatch } from '../../../../../electron/engine/pipelines/with-dispatch.ts';
import { type Dispatch, pipelineSchema } from '../../../../../shared/pipeline/pipeline.ts';

function verdict(made: Dispatch, command: string[], asked: Dispatch): string {
  const steps = [{ name: 's', dispatch: made, command }];
  const result = withDispatch(pipelineSchema.parse({ name: 'p', inputs: { patterns: ['*'] }, steps }), asked);
  return result.ok ? result.value.steps.map((step) => step.dispatch).join() : result.error.message;
}

test('another dispatch is taken where the command learns its files by it', () => {
  expect(verdict('queue', ['worker'], 'queue')).toBe('queue');
  expect(verdict('list', ['worker', '{manifest}'], 'list')).toBe('list');
  expect(verdict('each', ['sleep', '1'], 'each')).toBe('each');
  expect(verdict('each', ['sleep', '1'], 'queue')).toBe('queue');
});

test('another dispatch is refused where the command would not learn its files', () => {
  expect(verdict('queue', ['worker'], 'list')).toContain('steps[0].command: holds neither {files} nor {manifest}');
  expect(verdict('queue', ['worker'], 'each')).toContain('holds no placeholder of the item');
  expect(verdict('each', ['worker', '{file}'], 'queue')).toContain('{file} stands for one item');
  expect(verdict('list', ['worker', '{files}'], 'each')).toContain('{files} is only there with "dispatch": "list"');
});
