import { describe, expect, it } from 'vitest';
import { parsePaths, withPaths } from '../../../../renderer/launch/parse-paths.ts';

describe('parsePaths', () => {
  it('reads one path per line, blanks around it and empty lines left out', () => {
    expect(parsePaths(' /a b.fa \r\n\n/c.fa\n')).toEqual(['/a b.fa', '/c.fa']);
  });

  it('reads what file managers put into the clipboard', () => {
    expect(parsePaths('file:///data/a%20b.fa\nfile:///C:/x.fa')).toEqual(['/data/a b.fa', 'C:/x.fa']);
    expect(parsePaths(`'/it is.fa'\n"C:\\x y.fa"`)).toEqual(['/it is.fa', 'C:\\x y.fa']);
  });

  it('leaves an address that cannot be read as it is', () => {
    expect(parsePaths('file:///%zz')).toEqual(['file:///%zz']);
  });
});

describe('withPaths', () => {
  it('adds each path once, at the end', () => {
    expect(withPaths(['/b', '/a'], ['/a', '/c', '/c'])).toEqual(['/b', '/a', '/c']);
  });
});
