import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { askOwner, openRequests, serveControl } from '../../../../../electron/engine/run-directory/control-files.ts';
import type { ControlRequest } from '../../../../../shared/run/control.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const STOP: ControlRequest = { request: 'stop', force: false, by: 'a person' };
const yes = (): boolean => true;

/** Serves a run folder until the test has ended and keeps what was asked. */
function serve(directory: string, earlier = openRequests(directory)): ControlRequest[] {
  const asked: ControlRequest[] = [];
  const end = serveControl(directory, earlier, (request) => {
    asked.push(request);
    return { accepted: true, message: `stopping for ${request.by}` };
  });
  onTestFinished(end);
  return asked;
}

function put(directory: string, name: string, text: string): string {
  const folder = join(directory, 'control');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name.replace(/\.json$/, '.answer.json'));
}

function answerIn(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

test('a request is answered, and the owner hears it once', async () => {
  const directory = temporaryFolder();
  const asked = serve(directory);
  expect(await askOwner(directory, STOP, yes)).toEqual({ accepted: true, message: 'stopping for a person' });
  expect(asked).toEqual([STOP]);
});

test('requests of many at once are all answered, each once', async () => {
  const directory = temporaryFolder();
  const asked = serve(directory);
  const people = Array.from({ length: 20 }, (_, number) => `person ${number}`);
  const answers = await Promise.all(people.map((by) => askOwner(directory, { ...STOP, by }, yes)));
  expect(answers.map((answer) => answer?.message)).toEqual(people.map((by) => `stopping for ${by}`));
  expect(asked.map(({ by }) => by).toSorted()).toEqual(people.toSorted());
});

test('a request that came just before the owner looked for any is served', () => {
  const directory = temporaryFolder();
  const earlier = openRequests(directory);
  const answer = put(directory, `${Date.now()}-0a.json`, JSON.stringify(STOP));
  expect(serve(directory, earlier)).toEqual([STOP]);
  expect(answerIn(answer)).toMatchObject({ accepted: true });
});

test('what was asked of an earlier owner is not served', async () => {
  const directory = temporaryFolder();
  const old = put(directory, `${Date.now()}-0a.json`, JSON.stringify(STOP));
  const asked = serve(directory);
  await askOwner(directory, { ...STOP, by: 'another' }, yes);
  expect(asked.map(({ by }) => by)).toEqual(['another']);
  expect(existsSync(old)).toBe(false);
});

test.each([-48, 48])('a request of a clock that is %s hours off is served', (hours) => {
  const directory = temporaryFolder();
  const earlier = openRequests(directory);
  const answer = put(directory, `${Date.now() + hours * 3_600_000}-0a.json`, JSON.stringify(STOP));
  expect(serve(directory, earlier)).toEqual([STOP]);
  expect(answerIn(answer)).toMatchObject({ accepted: true });
});

test('what has been answered is not served again by the next look', async () => {
  const directory = temporaryFolder();
  const earlier = openRequests(directory);
  put(directory, '17-0a.json', JSON.stringify(STOP));
  put(directory, '17-0a.answer.json', '{"accepted":true,"message":"done"}');
  const asked = serve(directory, earlier);
  await askOwner(directory, { ...STOP, by: 'another' }, yes);
  expect(asked.map(({ by }) => by)).toEqual(['another']);
});

test.each([
  ['no JSON', 'stop it!'],
  ['an empty file', ''],
  ['another request', '{"request":"delete","force":true,"by":"x"}'],
  ['a list', '[]'],
])('%s is refused with an answer and harms nobody', (_, text) => {
  const directory = temporaryFolder();
  const earlier = openRequests(directory);
  const answer = put(directory, `${Date.now()}-0a.json`, text);
  expect(serve(directory, earlier)).toEqual([]);
  expect(answerIn(answer)).toMatchObject({ accepted: false });
});

test('files that are no requests are left alone', async () => {
  const directory = temporaryFolder();
  for (const name of ['notes.json', `${Date.now() + 1}-0a.json.tmp`, 'after-1-2-3.owner']) put(directory, name, 'x');
  const asked = serve(directory);
  await askOwner(directory, STOP, yes);
  expect(asked).toHaveLength(1);
  expect(readdirSync(join(directory, 'control')).filter((name) => name.endsWith('.answer.json'))).toHaveLength(1);
});

test('nobody is asked for ever: when the owner is gone there is no answer', async () => {
  expect(await askOwner(temporaryFolder(), STOP, () => false)).toBeNull();
});

test('an answer that is none is no answer', async () => {
  const directory = temporaryFolder();
  const asking = askOwner(directory, STOP, yes);
  const [request = ''] = readdirSync(join(directory, 'control'));
  put(directory, request.replace(/\.json$/, '.answer.json'), 'yes');
  expect(await asking).toBeNull();
});

test('an answer that the disk did not take is written later, and the request is heard once', async () => {
  const directory = temporaryFolder();
  const earlier = openRequests(directory);
  const answer = put(directory, `${Date.now()}-0a.json`, JSON.stringify(STOP));
  // A folder stands where the answer belongs, so that it cannot be written at first.
  mkdirSync(answer);
  const asked = serve(directory, earlier);
  rmdirSync(answer);
  await expect.poll(() => answerIn(answer)).toMatchObject({ accepted: true });
  expect(asked).toEqual([STOP]);
});
