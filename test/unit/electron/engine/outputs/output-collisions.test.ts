import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findOutputCollisions } from '../../../../../electron/engine/outputs/output-collisions.ts';

function verdict(items: [string, ...string[]][], platform: NodeJS.Platform = 'linux'): string {
  const result = findOutputCollisions(
    items.map(([file, ...outputs]) => ({ file, outputs })),
    platform,
  );
  return result.ok ? 'fine' : result.error.message;
}

describe('outputs of several items', () => {
  test('with one path are refused, naming both inputs and the path', () => {
    expect(
      verdict([
        ['/a/x.fa', '/out/x.npy'],
        ['/b/x.fa', '/out/x.npy'],
      ]),
    ).toBe('/a/x.fa and /b/x.fa have the same output: /out/x.npy.');
    expect(
      verdict([
        ['/a/x.fa', '/o/x'],
        ['/b/x.fa', '/o/x'],
        ['/c/x.fa', '/o/x'],
      ]),
    ).toContain('(and 1 more like it)');
    expect(verdict([['/a/x.fa', '/o/x', '/o/x']])).toBe('/a/x.fa has the output /o/x twice.');
  });

  test('may not be an input', () => {
    expect(
      verdict([
        ['/d/a', '/d/b'],
        ['/d/b', '/d/c'],
      ]),
    ).toBe('The output /d/b of /d/a is itself an input.');
  });

  test('may not be a folder of another one', () => {
    expect(
      verdict([
        ['/d/a', '/o/x'],
        ['/d/b', '/o/x/y'],
      ]),
    ).toBe('The output /o/x of /d/a would be a folder for an output of /d/b.');
  });

  test('that differ in case only meet where the file system does not tell them apart', () => {
    const items: [string, string][] = [
      ['/d/a', '/o/X'],
      ['/d/b', '/o/x'],
    ];
    expect(verdict(items, 'linux')).toBe('fine');
    expect(verdict(items, 'darwin')).toContain('have the same output');
  });

  test('are fine exactly when all paths differ', () => {
    const path = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f').map((name) => `/o/${name}`);
    fc.assert(
      fc.property(fc.array(fc.array(path, { maxLength: 2 }), { maxLength: 4 }), (outputs) => {
        const all = outputs.flat();
        const items = outputs.map((paths, index): [string, ...string[]] => [`/in/${index}`, ...paths]);
        expect(verdict(items) === 'fine').toBe(new Set(all).size === all.length);
      }),
    );
  });

  test('of 100,000 items in many folders are looked through', () => {
    const items = Array.from({ length: 100_000 }, (_, index): [string, string] => [
      `/in/${index}`,
      `/o/${index % 1000}/${index}.npy`,
    ]);
    expect(verdict(items)).toBe('fine');
    expect(verdict([...items, ['/in/last', '/o/7/7.npy']])).toContain('/in/7 and /in/last');
  });
});
