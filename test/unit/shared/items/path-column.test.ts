import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Column } from '../../../../shared/items/column.ts';
import { PathColumn } from '../../../../shared/items/path-column.ts';
import { TextPool } from '../../../../shared/items/text-pool.ts';
import { TextStore } from '../../../../shared/items/text-store.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('a', 'b', 'é', 'ÿ', 'Ā', '語', '\ud800', '\0'), maxLength: 6 }),
);
/** Paths of few folders and names, so that many are equal, nested or nearly so. */
const path = fc.oneof(
  fc.array(fc.constantFrom('a', 'b', 'a.b', 'a b', 'é', '語', ''), { maxLength: 4 }).map((parts) => parts.join('/')),
  fc.array(fc.constantFrom('a', 'b', 'c.txt'), { maxLength: 4 }).map((parts) => parts.join('\\')),
  text,
);

function columnOf(paths: readonly string[]): PathColumn {
  const column = new PathColumn();
  for (const one of paths) column.push(one);
  return column;
}

test('a column keeps numbers in order, however many come', () => {
  for (const count of [0, 1, 16, 17, 16_384, 16_385, 40_000]) {
    const column = new Column(Uint32Array);
    for (let index = 0; index < count; index += 1) column.push(index * 3);
    column.set(count - 1, 7);
    const read = Array.from({ length: column.length }, (_, index) => column.get(index));
    expect(read).toEqual(Array.from({ length: count }, (_, index) => (index === count - 1 ? 7 : index * 3)));
  }
});

describe('a store of texts', () => {
  test('gives back every text as it was, and knows it by its characters', () => {
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const store = new TextStore();
        const references = texts.map((one) => store.add(one));
        expect(references.map((reference) => store.get(reference))).toEqual(texts);
        for (const [place, reference] of references.entries()) {
          for (const one of texts.slice(0, 5))
            expect(store.equals(reference, one, 0, one.length)).toBe(one === texts[place]);
        }
      }),
    );
  });

  test('holds texts that are longer than its pages, and many pages', () => {
    const store = new TextStore();
    const texts = ['x'.repeat(300_000), '語'.repeat(200_000), ...Array.from({ length: 30_000 }, (_, n) => `name ${n}`)];
    const references = texts.map((one) => store.add(one));
    expect(references.map((reference) => store.get(reference))).toEqual(texts);
  });
});

test('a pool keeps each text once', () => {
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const pool = new TextPool();
      const ids = texts.map((one) => pool.add(one));
      const different = [...new Set(texts)];
      expect(pool.length).toBe(different.length);
      expect(ids.map((id) => pool.get(id))).toEqual(texts);
      expect(ids).toEqual(texts.map((one) => different.indexOf(one)));
      expect(pool.find('not one of them, surely')).toBe(-1);
    }),
  );
});

describe('a column of paths', () => {
  test('gives back every path, and finds the first place of each', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 60 }), fc.array(path, { maxLength: 20 }), (paths, later) => {
        const column = columnOf(paths);
        for (const one of [...paths, ...later]) expect(column.find(one)).toBe(paths.indexOf(one));
        // What comes after the first look is found as well.
        for (const one of later) column.push(one);
        const all = [...paths, ...later];
        expect(Array.from({ length: column.length }, (_, place) => column.get(place))).toEqual(all);
        for (const one of all) expect(column.find(one)).toBe(all.indexOf(one));
      }),
    );
  });

  test('finds what was put in the place of another path', () => {
    const change = fc.record({ place: fc.nat(), path, look: path });
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 20 }), fc.array(change), (paths, changes) => {
        const column = columnOf(paths);
        for (const { place, path: other, look } of changes) {
          paths[place % paths.length] = other;
          column.set(place % paths.length, other);
          expect(column.get(place % paths.length)).toBe(other);
          expect(column.find(look)).toBe(paths.indexOf(look));
        }
      }),
    );
  });

  test('puts paths in the order of their characters, either way, equal ones in their own', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 80 }), fc.boolean(), (paths, descending) => {
        const direction = descending ? -1 : 1;
        const places = [...paths.keys()].sort((a, b) => {
          const [first = '', second = ''] = [paths[a], paths[b]];
          return first < second ? -direction : first > second ? direction : a - b;
        });
        expect([...columnOf(paths).order(descending)]).toEqual(places);
      }),
    );
  });

  test('says which paths have a text in them, whatever the case', () => {
    const part = fc.oneof(fc.constantFrom('a', 'A', 'b/', '/B', 'a/b', '.TXT', 'É', '\\C'), path);
    fc.assert(
      fc.property(fc.array(path, { maxLength: 30 }), part, (paths, given) => {
        const looked = given.toLowerCase();
        const has = columnOf(paths).having(looked);
        const places = [...paths.keys()];
        expect(places.map((place) => has(place))).toEqual(paths.map((one) => one.toLowerCase().includes(looked)));
      }),
    );
  });
});
