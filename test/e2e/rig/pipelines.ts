import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A pipeline that runs a shell script for every file, and the files to run it on. */
export interface ScriptRun {
  /** Words for `drover run`. */
  words: string[];
}

/**
 * Writes a pipeline of one step below a folder, with its files.
 * @param script gets the file as `$1` and the path of its output as `$2`
 */
export function scriptRun(
  folder: string,
  request: { name: string; script: string; files: readonly string[]; device?: 'cpu' | 'gpu' },
): ScriptRun {
  const { name, script, files, device = 'cpu' } = request;
  const inputs = join(folder, `${name}-files`);
  mkdirSync(inputs, { recursive: true });
  for (const file of files) writeFileSync(join(inputs, file), file);
  const pipeline = join(folder, `${name}.json`);
  const step = {
    name: 'work',
    dispatch: 'each',
    device,
    retries: 0,
    command: ['sh', '-c', script.replaceAll(/[{}]/g, '$&$&'), 'sh', '{file}', '{output}'],
    outputs: ['{stem}.out'],
  };
  writeFileSync(pipeline, JSON.stringify({ name, inputs: { patterns: ['*'] }, steps: [step] }));
  return { words: ['run', '--plain', '--pipeline', pipeline, '--input', inputs, '--name', name] };
}
