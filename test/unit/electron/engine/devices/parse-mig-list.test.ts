import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMigList } from '../../../../../electron/engine/devices/parse-mig-list.ts';
import { recorded } from '../../../../helpers/stand-in-tools.ts';

describe('the list of MIG instances', () => {
  it('has the names of today', () => {
    const instances = parseMigList(recorded('nvidia-smi/mig/list.txt'));
    expect(instances.map(({ profile, cardIndex }) => [profile, cardIndex])).toEqual([
      ['3g.40gb', 0],
      ['2g.20gb', 0],
      ['1g.10gb+me', 0],
    ]);
    for (const { uuid } of instances) expect(uuid).toMatch(/^MIG-[0-9a-f-]{36}$/);
  });

  it('has the names from before driver 470', () => {
    const uuids = parseMigList(recorded('nvidia-smi/mig-before-470/list.txt')).map((instance) => instance.uuid);
    expect(uuids.map((uuid) => uuid.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '…'))).toEqual([
      'MIG-GPU-…/2/0',
      'MIG-GPU-…/3/0',
    ]);
  });

  it('is empty for cards without instances and for any other text', () => {
    expect(parseMigList(recorded('nvidia-smi/eight-h100/list.txt'))).toEqual([]);
    const empty = fc.property(fc.string(), (text) => parseMigList(text).length === 0);
    expect(() => fc.assert(empty)).not.toThrow();
  });
});
