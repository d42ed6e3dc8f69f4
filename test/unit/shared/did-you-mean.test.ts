import { expect, test } from 'vitest';
import { closestWord, didYouMean } from '../../../shared/did-you-mean.ts';

const KNOWN = ['kmer-embedding', 'shout', 'batch_size', 'k'];

test.each([
  ['kmer-embeding', 'kmer-embedding'],
  ['shuot', 'shout'],
  ['Batch_Size', 'batch_size'],
  ['batchsize', 'batch_size'],
])('%s is taken for %s', (typed, meant) => {
  expect(closestWord(typed, KNOWN)).toBe(meant);
});

test('a word that is far from all is taken for none', () => {
  expect(closestWord('translate', KNOWN)).toBeNull();
  expect(didYouMean('translate', KNOWN)).toBe('');
});

test('the nearest of several is named', () => {
  expect(didYouMean('retris', ['retires', 'retries', 'tries'])).toBe(' Did you mean "retries"?');
});
