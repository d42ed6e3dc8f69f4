import { describe, expect, it } from 'vitest';
import { problemFields } from '../../../../renderer/launch/field-problems.ts';
import { type Problem, problem } from '../../../../shared/problem.ts';

describe('problemFields', () => {
  it.each<[Problem['reason'], string]>([
    ['unknown-pipeline', 'pipeline'],
    ['command-not-found', 'pipeline'],
    ['no-inputs', 'inputs'],
    ['invalid-input', 'inputs'],
    ['output-exists', 'overwrite'],
    ['output-in-use', 'output'],
    ['output-folder', 'output'],
    ['unknown-device', 'devices'],
    ['no-device', 'devices'],
    ['cannot-start', 'form'],
  ])('shows %s at %s, with its advice', (reason, field) => {
    expect(problemFields(problem(reason, 'What.', 'Do.'), [])).toEqual({
      [field]: { message: 'What.', advice: 'Do.', missing: false },
    });
  });

  it('says what the form can do about devices that other runs have, not what the command can', () => {
    const refusal = problem(
      'device-in-use',
      'GPU 0 is used by run r.',
      'Wait with --when-free, or share with --share.',
    );
    const { devices } = problemFields(refusal, []);
    expect(devices?.message).toBe('GPU 0 is used by run r.');
    expect(devices?.advice).toMatch(/^Choose other devices/);
    expect(devices?.advice).not.toContain('--');
  });

  it('gives each parameter its own sentence, and the form what fits none', () => {
    const message = 'Parameter "k" must be at most 8, found "9".\nThere is no parameter "x".\nParameter "y" is odd.';
    expect(problemFields(problem('invalid-parameter', message, 'Do.'), ['k'])).toEqual({
      'parameter.k': { message: 'Must be at most 8, found "9".', advice: '', missing: false },
      form: { message: 'There is no parameter "x".\nParameter "y" is odd.', advice: 'Do.', missing: false },
    });
  });

  it('shows a dispatch that the commands are not made for at the dispatch', () => {
    const refusal = problem('invalid-pipeline', 'Pipeline "a" with the dispatch "each" cannot be used: …', 'Do.');
    expect(Object.keys(problemFields(refusal, []))).toEqual(['dispatch']);
  });

  it('names fields instead of the options of the command', () => {
    const refusal = problem('invalid-input', 'It is damaged.', 'Go on with --skip-invalid, or try --other.');
    expect(problemFields(refusal, []).inputs?.advice).toBe(
      'Go on with “Leave out files that turn out to be damaged”, or try --other.',
    );
  });
});
