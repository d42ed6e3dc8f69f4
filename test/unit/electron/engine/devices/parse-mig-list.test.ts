import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMigList } from '../../../../../electron/engine/devices/nvidia-smi.ts';
import { recorded } from '../../../../helpers/stand-in-tools.ts';

describe('the list of MIG instances', () => {
  it('has the names of today', () => {
    const { instances, unreadable } = parseMigList(recorded('nvidia-smi/mig/list.txt'));
    expect(unreadable).toEqual([]);
    expect(instances.map(({ profile, cardIndex }) => [profile, cardIndex])).toEqual([
      ['3g.40gb', 0],
      ['2g.20gb', 0],
      ['1g.10gb+me', 0],
    ]);
    for (const { uuid } of instances) expect(uuid).toMatch(/^MIG-[0-9a-f-]{36}$/);
  });

  it('has the names from before driver 470', () => {
    const uuids = parseMigList(recorded('nvidia-smi/mig-before-470/list.txt')).instances.map(
      (instance) => instance.uuid,
    );
    expect(uuids.map((uuid) => uuid.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '…'))).toEqual([
      'MIG-GPU-…/2/0',
      'MIG-GPU-…/3/0',
    ]);
  });

  it('is empty for cards without instances and for any other text', () => {
    expect(parseMigList(recorded('nvidia-smi/eight-h100/list.txt'))).toEqual({ instances: [], unreadable: [] });
    const empty = fc.property(fc.string(), (text) => parseMigList(text).instances.length === 0);
    expect(() => fc.assert(empty)).not.toThrow();
  });

  it.each([
    ['an instance without a UUID', 'GPU 0: A100 (UUID: GPU-1)\n  MIG 1g.10gb Device 0: (UUID: [Unknown Error])\n'],
    ['an instance of another form', 'GPU 0: A100 (UUID: GPU-1)\n  MIG-1111-2222 1g.10gb\n'],
    ['an instance of a card that cannot be read', 'GPU ERR!\n  MIG 1g.10gb Device 0: (UUID: MIG-1111)\n'],
  ])('names what it cannot read: %s', (_what, text) => {
    const { instances, unreadable } = parseMigList(text);
    expect(instances).toEqual([]);
    expect(unreadable).toEqual([text.split('\n')[1]?.trim()]);
  });
});
