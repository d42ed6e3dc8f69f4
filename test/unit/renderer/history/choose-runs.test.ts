import { expect, test } from 'vitest';
import { possibleActions } from '../../../../renderer/history/history-actions.ts';
import { chosenAfterClick } from '../../../../renderer/history/select-runs.ts';
import { listEntry } from '../list-entry.ts';

const runs = ['a', 'b', 'c', 'd'].map((directory) => ({ directory }));

test('a click chooses one run or leaves it', () => {
  const click = { runs, chosen: new Set(['a']), from: null };
  expect([...chosenAfterClick({ ...click, directory: 'c', ticked: true })]).toEqual(['a', 'c']);
  expect([...chosenAfterClick({ ...click, directory: 'a', ticked: false })]).toEqual([]);
});

test('with Shift it takes all runs from the last one on, upwards or downwards', () => {
  const click = { runs, chosen: new Set<string>(), ticked: true };
  expect([...chosenAfterClick({ ...click, directory: 'c', from: 'a' })]).toEqual(['a', 'b', 'c']);
  expect([...chosenAfterClick({ ...click, directory: 'b', from: 'd' })]).toEqual(['b', 'c', 'd']);
});

test('a range whose beginning is no longer shown is one run', () => {
  expect([...chosenAfterClick({ runs, chosen: new Set(), directory: 'b', ticked: true, from: 'gone' })]).toEqual(['b']);
});

test('what can be done depends on what is chosen', () => {
  const nothing = possibleActions([]);
  expect(new Set(Object.values(nothing))).toEqual(new Set([false]));
  expect(possibleActions([listEntry('a', { status: 'interrupted' })])).toMatchObject({ resume: true, retry: false });
  const failed = listEntry('a', { status: 'completed-with-failures', items: { total: 2, complete: 1, failed: 1 } });
  expect(possibleActions([failed])).toMatchObject({ resume: false, retry: true, openFolder: true });
  expect(possibleActions([failed, listEntry('b')])).toMatchObject({ retry: false, openFolder: false, remove: true });
});

test('an active run is neither deleted nor archived, nor is a damaged one archived', () => {
  const active = listEntry('a', { status: 'running' });
  const damaged = listEntry('b', { status: 'damaged' });
  expect(possibleActions([active])).toMatchObject({ archive: false, remove: false, resume: false });
  expect(possibleActions([active, damaged])).toMatchObject({ archive: false, remove: true });
});
