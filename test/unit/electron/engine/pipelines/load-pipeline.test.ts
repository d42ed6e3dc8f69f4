import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listPipelines, loadPipeline } from '../../../../../electron/engine/pipelines/find-pipelines.ts';
import { MAX_PIPELINE_BYTES } from '../../../../../electron/engine/pipelines/read-pipeline-file.ts';
import { makeFileTree } from '../../../../helpers/file-tree.ts';

function pipelineNamed(name: string, title = name): string {
  const steps = [{ name: 'only', command: ['true'] }];
  return JSON.stringify({ name, title, inputs: { patterns: ['*.txt'] }, steps });
}

/** A data directory and a resources folder with these files. */
async function makeFolders(files: Record<string, string>) {
  const root = await makeFileTree({ 'here/': '', ...files });
  return { home: join(root, 'home'), resources: join(root, 'resources'), workingDirectory: join(root, 'here') };
}

const BUNDLED = { 'resources/pipelines/kmer-embedding.json': pipelineNamed('kmer-embedding') };

describe('a pipeline asked for by name', () => {
  test('is a bundled one or an own one', async () => {
    const folders = await makeFolders({ ...BUNDLED, 'home/pipelines/mine.json': pipelineNamed('my-own') });
    const bundled = await loadPipeline({ ...folders, name: 'kmer-embedding' });
    const own = await loadPipeline({ ...folders, name: 'my-own' });
    expect(bundled).toMatchObject({
      ok: true,
      value: { source: 'bundled', pipelineDir: join(folders.resources, 'pipelines') },
    });
    expect(own).toMatchObject({
      ok: true,
      value: {
        source: join(folders.home, 'pipelines/mine.json'),
        pipelineDir: join(folders.home, 'pipelines'),
        pipeline: { name: 'my-own' },
      },
    });
  });

  test('is the own one when both have the name', async () => {
    const folders = await makeFolders({
      ...BUNDLED,
      'home/pipelines/a.json': pipelineNamed('kmer-embedding', 'Changed'),
    });
    const result = await loadPipeline({ ...folders, name: 'kmer-embedding' });
    expect(result).toMatchObject({ ok: true, value: { pipeline: { title: 'Changed' } } });
  });

  test('is answered with its own mistake when its file is broken', async () => {
    const folders = await makeFolders({ ...BUNDLED, 'home/pipelines/mine.json': '{' });
    const result = await loadPipeline({ ...folders, name: 'mine' });
    expect(result).toMatchObject({ ok: false, error: { reason: 'invalid-pipeline' } });
  });

  test('and unknown is answered with what was probably meant and with all names', async () => {
    const folders = await makeFolders({ ...BUNDLED, 'home/pipelines/mine.json': pipelineNamed('mine') });
    const result = await loadPipeline({ ...folders, name: 'kmer-embeding' });
    expect(result).toEqual({
      ok: false,
      error: {
        reason: 'unknown-pipeline',
        message: 'There is no pipeline "kmer-embeding".',
        advice: 'Did you mean "kmer-embedding"? Pipelines: kmer-embedding, mine. The path of a JSON file works, too.',
      },
    });
  });

  test('is unknown where there is no folder at all', async () => {
    const folders = await makeFolders({});
    const result = await loadPipeline({ ...folders, name: 'x' });
    expect(result).toMatchObject({ ok: false, error: { reason: 'unknown-pipeline' } });
  });
});

describe('a pipeline asked for by path', () => {
  test('is relative to the working directory', async () => {
    const folders = await makeFolders({ 'here/p.json': pipelineNamed('p'), 'here/sub/q': pipelineNamed('q') });
    expect(await loadPipeline({ ...folders, name: 'p.json' })).toMatchObject({
      ok: true,
      value: { source: join(folders.workingDirectory, 'p.json'), pipelineDir: folders.workingDirectory },
    });
    expect(await loadPipeline({ ...folders, name: './sub/q' })).toMatchObject({
      ok: true,
      value: { pipelineDir: join(folders.workingDirectory, 'sub') },
    });
  });

  test('is refused when it is no readable text file of a sensible size', async () => {
    const folders = await makeFolders({ 'here/big.json': ' '.repeat(MAX_PIPELINE_BYTES + 1), 'here/folder/x': '' });
    const refusal = async (name: string) => {
      const result = await loadPipeline({ ...folders, name });
      return result.ok ? 'accepted' : `${result.error.reason}: ${result.error.message}`;
    };
    expect(await refusal('none.json')).toBe(
      `unknown-pipeline: There is no pipeline file ${join(folders.workingDirectory, 'none.json')}.`,
    );
    expect(await refusal('./folder')).toContain('invalid-pipeline: ');
    expect(await refusal('./folder')).toContain('is a folder');
    expect(await refusal('big.json')).toContain('is larger than');
    expect(await refusal('/dev/zero')).toContain('is larger than');
    expect(await refusal(process.execPath)).toMatch(/larger than|UTF-8/);
  });
});

describe('the list of pipelines', () => {
  test('has every bundled one, and none of them is broken', async () => {
    const resources = join(import.meta.dirname, '../../../../../resources');
    const list = await listPipelines({ home: await makeFileTree(), resources });
    expect(list.problems).toEqual([]);
    expect(list.pipelines.map(({ name }) => name)).toContain('kmer-embedding');
  });

  test('is sorted by name, says what replaces a bundled one, and names files that cannot be used', async () => {
    const folders = await makeFolders({
      ...BUNDLED,
      'resources/pipelines/another.json': pipelineNamed('another'),
      'home/pipelines/1.json': pipelineNamed('kmer-embedding'),
      'home/pipelines/2.json': pipelineNamed('mine'),
      'home/pipelines/3.json': pipelineNamed('mine'),
      'home/pipelines/broken.json': '{"name": 1}',
      'home/pipelines/notes.txt': 'not looked at',
    });
    const list = await listPipelines(folders);
    expect(list.pipelines.map(({ name, source, replacesBundled }) => [name, source, replacesBundled])).toEqual([
      ['another', 'bundled', false],
      ['kmer-embedding', join(folders.home, 'pipelines/1.json'), true],
      ['mine', join(folders.home, 'pipelines/2.json'), false],
    ]);
    expect(list.pipelines[0]?.steps).toEqual([{ name: 'only', dispatch: 'queue', device: 'gpu', command: ['true'] }]);
    expect(list.problems.map(({ file }) => file)).toEqual([
      join(folders.home, 'pipelines/3.json'),
      join(folders.home, 'pipelines/broken.json'),
    ]);
    expect(list.problems[0]?.problem.message).toContain('has the name "mine", which');
  });
});
