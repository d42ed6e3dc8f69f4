import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsePipeline } from '../../../../../electron/engine/pipelines/read-pipeline-file.ts';

type Json = Record<string, unknown>;

/** A pipeline of one `each` step, with changes. */
function withStep(step: Json, pipeline: Json = {}): Json {
  return {
    name: 'shout',
    inputs: { patterns: ['*.txt'] },
    steps: [{ name: 'shout', dispatch: 'each', command: ['cat', '{file}'], ...step }],
    ...pipeline,
  };
}

/** The message for a refused pipeline, or `accepted`. */
function verdict(document: unknown): string {
  const result = parsePipeline(typeof document === 'string' ? document : JSON.stringify(document), '/p/shout.json');
  return result.ok ? 'accepted' : result.error.message;
}

describe('a pipeline file', () => {
  test('is read with its defaults, also after a byte order mark', () => {
    const result = parsePipeline(`\uFEFF${JSON.stringify(withStep({}))}`, '/p/shout.json');
    expect(result.ok && result.value.steps[0]?.retries).toBe(1);
  });

  test('as the reference shows it is accepted', async () => {
    const reference = await readFile(join(import.meta.dirname, '../../../../../docs/pipelines.md'), 'utf8');
    const example = /```json\n([^`]*"steps"[^`]*)```/.exec(reference)?.[1] ?? '';
    expect(verdict(example)).toBe('accepted');
  });

  test('with broken JSON is refused with file, line and column', () => {
    expect(verdict('{\n  "name": "shout",\n}')).toBe(
      '/p/shout.json is not a valid pipeline: line 2, column 18: there is a comma before the closing "}"',
    );
  });

  test('is refused with path, rule and value found', () => {
    expect(verdict(withStep({ retries: 'three' }))).toContain('steps[0].retries: must be a number, found "three"');
    expect(verdict(withStep({ retries: -1 }))).toContain('steps[0].retries: must be at least 0, found -1');
    expect(verdict(withStep({ retries: 1.5 }))).toContain('steps[0].retries: must be a whole number, found 1.5');
    expect(verdict(withStep({ command: [] }))).toContain('steps[0].command: must have at least 1 entry, found []');
    expect(verdict(withStep({ command: undefined }))).toContain('steps[0].command: is missing; it must be a list');
    expect(verdict(withStep({ device: 'tpu' }))).toContain('must be "gpu", "cpu" or "none", found "tpu"');
    expect(verdict(withStep({ cost: 'byte' }))).toContain('steps[0].cost: must be "bytes", "lines"');
    expect(verdict(withStep({ inputs: 5 }))).toContain('steps[0].inputs: must be "run", "previous", {"step": NAME}');
    expect(verdict(withStep({}, { name: 'Shout it' }))).toContain('name: must be lower-case letters');
    expect(verdict(withStep({ on_out_of_memory: { parameter: 'k', factor: 2 } }))).toContain('be less than 1, found 2');
    expect(verdict(withStep({}, { parameters: { k: { type: 'int' } } }))).toContain(
      'parameters.k.type: must be "integer", "number", "string"',
    );
    expect(verdict(withStep({}, { parameters: { 'a b': { type: 'string' } } }))).toContain(
      'parameters["a b"]: this name is not allowed',
    );
    expect(verdict('[1]')).toContain('must be an object, found [1]');
  });

  test('with an unknown key is refused with what was probably meant', () => {
    expect(verdict(withStep({ retrys: 3 }))).toContain('steps[0]: unknown key "retrys". Did you mean "retries"?');
    expect(verdict(withStep({ cost: { comand: ['x'] } }))).toContain('unknown key "comand". Did you mean "command"?');
    expect(verdict(withStep({ inputs: { stepp: 'x' } }))).toContain('unknown key "stepp". Did you mean "step"?');
    expect(verdict(withStep({}, { inputs: { patterns: ['*'], recursive: true } }))).toContain(
      'inputs: unknown key "recursive". Keys allowed here: patterns.',
    );
    expect(verdict(withStep({}, { parameters: { k: { type: 'integer', minimun: 1 } } }))).toContain(
      'parameters.k: unknown key "minimun". Did you mean "minimum"?',
    );
  });

  test('tells all that is wrong at once, the first five in words', () => {
    const message = verdict(withStep({ retries: -1, cwd: 3, env: [], outputs: [''], device: 1, on_stall: 2, cots: 1 }));
    expect(message.split('\n')).toHaveLength(7);
    expect(message).toContain('and 2 more');
  });

  test('cuts a long value', () => {
    expect(verdict(withStep({ device: 'x'.repeat(5000) })).length).toBeLessThan(200);
  });
});

describe('placeholders', () => {
  test('that do not exist are refused with how to write the text', () => {
    expect(verdict(withStep({ command: ['sh', '-c', 'echo ${HOME}'] }))).toContain(
      'steps[0].command[2]: {HOME} is not a placeholder; write {{HOME}} for that text with its braces.',
    );
    expect(verdict(withStep({ command: ['cat', '{fil}'] }))).toContain('Did you mean "file"?');
    expect(verdict(withStep({ env: { A: '{ file }' } }))).toContain('steps[0].env.A: { file } is not a placeholder');
  });

  test('are literal text when doubled, and single braces without a word stay', () => {
    expect(verdict(withStep({ command: ['sh', '-c', 'echo ${{HOME}}', '{file}'] }))).toBe('accepted');
    expect(verdict(withStep({ command: ['awk', '{print $1}', '{file}'] }))).toBe('accepted');
    expect(verdict(withStep({ command: ['echo', '{"a": {"b": 1}}'] }))).toContain('write every literal brace twice');
  });

  test('have a value only where their dispatch gives one', () => {
    expect(verdict(withStep({ dispatch: 'queue' }))).toContain(
      '{file} stands for one item, but with "dispatch": "queue" a worker reads its items from standard input',
    );
    expect(verdict(withStep({ command: ['cat', '{files}'] }))).toContain(
      '{files} is only there with "dispatch": "list"',
    );
    expect(verdict(withStep({ dispatch: 'list', command: ['cat', '{files}'] }))).toBe('accepted');
    expect(verdict(withStep({ dispatch: 'list', command: ['cat', '-i={files}'] }))).toContain('must stand alone');
    expect(verdict(withStep({ dispatch: 'list', command: ['cat'], env: { F: '{files}' } }))).toContain(
      'can only be an argument',
    );
    expect(verdict(withStep({ dispatch: 'list', command: ['cat', '--list={manifest}'] }))).toBe('accepted');
    expect(verdict(withStep({ command: ['{file}'] }))).toContain('{file} cannot be the program');
    expect(verdict(withStep({ cost: { command: ['wc', '{rank}'] } }))).toContain('no value when costs are estimated');
  });

  test('{output} needs outputs', () => {
    expect(verdict(withStep({ command: ['cp', '{file}', '{output}'] }))).toContain(
      '{output} is the first of "outputs"',
    );
    expect(verdict(withStep({ command: ['cp', '{file}', '{output}'], outputs: ['{stem}.out'] }))).toBe('accepted');
  });

  test('{param.NAME} needs a declared parameter', () => {
    const parameters = { batch_size: { type: 'integer', default: 8 } };
    expect(verdict(withStep({ env: { B: '{param.batch_size}' } }, { parameters }))).toBe('accepted');
    expect(verdict(withStep({ env: { B: '{param.batchsize}' } }, { parameters }))).toContain(
      'there is no parameter "batchsize"; declare it under "parameters". Did you mean "batch_size"?',
    );
    expect(verdict(withStep({ env: { B: '{param.toString}' } }))).toContain('there is no parameter "toString"');
  });

  test('{file.WORD} needs a join with that word', () => {
    const join = { steps: { dna: 'a', protein: 'b' } };
    const joined = (text: string, inputs: unknown = join) => ({
      ...withStep({}),
      steps: [
        { name: 'a', command: ['a'] },
        { name: 'b', command: ['b'] },
        { name: 'c', dispatch: 'each', inputs, command: ['c', text] },
      ],
    });
    expect(verdict(joined('{file.dna}'))).toBe('accepted');
    expect(verdict(joined('{file.dan}'))).toContain('joins no step under the word "dan". Did you mean "dna"?');
    expect(verdict(joined('{file.dna}', 'previous'))).toContain('names a file of a join');
    expect(verdict(joined('{file}', { steps: {} }))).toContain('must name at least one earlier step');
  });

  test('no NUL reaches a command', () => {
    expect(verdict(withStep({ command: ['cat', 'a\0b'] }))).toContain('NUL');
    expect(verdict(withStep({ env: { 'A=B': 'x' } }))).toContain('"A=B" cannot be the name');
  });
});

describe('outputs', () => {
  test.each(['/tmp/x', '../x', 'a/../../x', 'C:\\x', 'a/', '.', '{relative_dir}/..'])('%s is refused', (output) => {
    expect(verdict(withStep({ outputs: [output] }))).toContain('steps[0].outputs[0]: must ');
  });

  test('depend on the item alone', () => {
    expect(verdict(withStep({ outputs: ['{rank}.out'] }))).toContain('{rank} cannot be used in an output');
    expect(verdict(withStep({ outputs: ['{file}'] }))).toContain('{name} is its last part');
    expect(verdict(withStep({ outputs: ['{stem}.a', 'x/{relative_dir}/{name}'] }))).toBe('accepted');
    expect(verdict(withStep({ outputs: ['{stem}.a', '{stem}.a'] }))).toContain('is there twice');
  });
});

describe('steps', () => {
  const steps = (...list: Json[]) => ({
    ...withStep({}),
    steps: list.map((step, index) => ({ name: `s${index}`, command: ['true'], ...step })),
  });

  test('have names of their own', () => {
    expect(verdict(steps({ name: 'a' }, { name: 'a' }))).toContain('steps[1].name: "a" is the name of an earlier step');
  });

  test('take the outputs of earlier steps only', () => {
    expect(verdict(steps({ inputs: 'previous' }))).toContain('the first step has none before it');
    expect(verdict(steps({}, { inputs: 'previous' }))).toBe('accepted');
    expect(verdict(steps({ inputs: { step: 's1' } }, {}))).toContain('"s1" is not an earlier step');
    expect(verdict(steps({}, { inputs: { step: 's1' } }))).toContain('"s1" is not an earlier step');
    expect(verdict(steps({ name: 'translate' }, { inputs: { step: 'tranlsate' } }))).toContain(
      'there is no step "tranlsate". Did you mean "translate"? Earlier steps: translate.',
    );
    expect(verdict(steps({ inputs: { step: 'x' } }))).toContain('There is none before this one.');
    expect(verdict(steps({}, { inputs: { steps: { dna: 'x' } } }))).toContain('steps[1].inputs.steps.dna: there is no');
  });

  test('lower only a declared number when memory runs out', () => {
    const ladder = (parameter: string) => withStep({ on_out_of_memory: { parameter } }, { parameters: PARAMETERS });
    expect(verdict(ladder('batch_size'))).toBe('accepted');
    expect(verdict(ladder('batchsize'))).toContain('there is no parameter "batchsize". Did you mean "batch_size"?');
    expect(verdict(ladder('mode'))).toContain('it is a choice');
  });
});

const PARAMETERS = {
  batch_size: { type: 'integer', default: 8, minimum: 1, maximum: 64 },
  mode: { type: 'choice', choices: ['mean', 'max'], default: 'mean' },
};

describe('parameters', () => {
  const withParameter = (parameter: Json) => withStep({}, { parameters: { p: parameter } });

  test('have defaults within their limits and choices', () => {
    expect(verdict(withStep({}, { parameters: PARAMETERS }))).toBe('accepted');
    expect(verdict(withParameter({ type: 'integer', default: 0, minimum: 1 }))).toContain(
      'parameters.p.default: must be at least 1, found 0',
    );
    expect(verdict(withParameter({ type: 'number', default: 3, maximum: 2.5 }))).toContain('at most 2.5, found 3');
    expect(verdict(withParameter({ type: 'number', minimum: 3, maximum: 2 }))).toContain('above the maximum 2');
    expect(verdict(withParameter({ type: 'choice', choices: ['a', 'b'], default: 'c' }))).toContain(
      'must be one of the choices a, b, found "c"',
    );
  });
});
