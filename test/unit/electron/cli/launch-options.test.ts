import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import type { CliContext } from '../../../../electron/cli/cli-context.ts';
import { addLaunchOptions, type LaunchOptions, launchRequest } from '../../../../electron/cli/launch-options.ts';
import { type LaunchRequest, launchSchema } from '../../../../shared/contract/launch.ts';
import { quietEngine, runCommand } from '../../../helpers/run-command.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** What the words of a launch stand for; throws what a person would be told. */
async function request(...words: string[]): Promise<LaunchRequest> {
  let made: LaunchRequest | null = null;
  const register = (program: Command, context: () => CliContext): void => {
    addLaunchOptions(program.command('launch')).action((options: LaunchOptions) => {
      made = launchRequest(options, context());
    });
  };
  const place = { engine: quietEngine(temporaryFolder()), workingDirectory: '/here' };
  const { stderr } = await runCommand(register, ['launch', ...words], place);
  if (made === null) throw new Error(stderr);
  return made;
}

const LEAST = ['--pipeline', 'p', '--input', 'a'];

describe('launch options', () => {
  test('the least is a pipeline and an input', async () => {
    const made = await request(...LEAST);
    expect(made).toEqual({
      pipeline: 'p',
      inputs: ['a'],
      parameters: {},
      overwrite: false,
      skipInvalid: false,
      workingDirectory: '/here',
    });
    expect(launchSchema.safeParse(made).success).toBe(true);
  });

  test('inputs may follow one another or be repeated', async () => {
    const made = await request('--input', 'a', 'b', '--pipeline', 'p', '--input', 'c');
    expect(made.inputs).toEqual(['a', 'b', 'c']);
  });

  test('parameters keep what stands after the first equals sign', async () => {
    const made = await request(
      ...LEAST,
      '--param',
      'k=3',
      '--param',
      'text=a=b',
      '--param',
      'empty=',
      '--param',
      'k=4',
    );
    expect(made.parameters).toEqual({ k: '4', text: 'a=b', empty: '' });
  });

  test('everything else is taken over', async () => {
    const numbers = ['--retries', '0', '--workers-per-device', '2', '--stall-timeout', '1.5'];
    const texts = ['--output', 'out', '--devices', 'cpu:2', '--dispatch', 'each', '--name', 'a name'];
    expect(await request(...LEAST, ...numbers, ...texts, '--overwrite', '--skip-invalid')).toMatchObject({
      retries: 0,
      workersPerDevice: 2,
      stallTimeout: 1.5,
      output: 'out',
      devices: 'cpu:2',
      dispatch: 'each',
      name: 'a name',
      overwrite: true,
      skipInvalid: true,
    });
  });

  test.each([
    [['--input', 'a'], 'No pipeline was given'],
    [['--pipeline', 'p'], 'No input was given'],
    [[...LEAST, '--input', ''], 'is empty'],
    [[...LEAST, '--param', 'k'], 'name=value'],
    [[...LEAST, '--param', '=3'], 'name=value'],
    [[...LEAST, '--dispatch', 'magic'], 'queue, list, each'],
    [[...LEAST, '--retries', '-1'], 'from 0 to 100'],
    [[...LEAST, '--retries', ''], 'from 0 to 100'],
    [[...LEAST, '--workers-per-device', '1.5'], 'from 1 to 64'],
    [[...LEAST, '--stall-timeout', 'soon'], 'more than 0'],
    [[...LEAST, '--devices', ''], '--devices is empty'],
    [[...LEAST, '--name', 'x'.repeat(201)], '200 characters'],
  ])('%j is refused with what to do', async (words, told) => {
    await expect(request(...words)).rejects.toThrow(told);
  });
});
