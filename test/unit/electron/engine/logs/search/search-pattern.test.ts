import { describe, expect, it } from 'vitest';
import { planSearch } from '../../../../../../electron/engine/logs/search/search-pattern.ts';

describe('planSearch', () => {
  it.each([
    ['CUDA out of memory', 'CUDA out of memory', true],
    ['a\\.b\\[0\\]', 'a.b[0]', true],
    ['café 😀', 'café 😀', true],
    ['x{', 'x{', true],
    ['loss=\\d+ nan', 'loss=', false],
    ['step [0-9]+ finished', ' finished', false],
    ['(?:a|b)needle(c|d)?', 'needle', false],
    ['ab?cdef', 'cdef', false],
    ['abc{0}', 'ab', false],
    ['^ERROR$', 'ERROR', false],
    ['one|two', null, false],
    ['\\x41bcd', null, false],
    ['(?<word>a)b', 'b', false],
    ['(?<!x)end', 'end', false],
    ['', null, false],
    ['a\\nb', 'a', false],
    ['😀+', null, false],
  ])('finds in %j the text %j that every match holds', (source, literal, literalOnly) => {
    expect(planSearch(source)).toEqual({ ok: true, value: { source, literal, literalOnly } });
  });

  it.each([
    ['a(b', 'character 2'],
    ['a)b', 'character 2'],
    ['ab[c', 'character 3'],
    ['*a', 'character 1'],
    ['a**', 'character 3'],
    ['abc\\', 'character 4'],
    ['[z-a]', 'out of order'],
  ])('refuses %j and says where', (source, where) => {
    const plan = planSearch(source);
    expect(plan.ok).toBe(false);
    expect(plan).toMatchObject({ error: { reason: 'invalid-usage' } });
    expect(JSON.stringify(plan)).toContain(where);
  });
});
