import { describe, expect, it } from 'vitest';
import { EMPTY_DRAFT } from '../../../../renderer/launch/launch-draft.ts';
import { readStoredDraft, storeDraft } from '../../../../renderer/launch/stored-draft.ts';

describe('the stored draft', () => {
  it('comes back as it was', () => {
    const storage = memory();
    const draft = { ...EMPTY_DRAFT, pipeline: 'p', inputs: ['/a'], parameters: { p: { k: 'not a number' } } };
    storeDraft(storage, draft);
    expect(readStoredDraft(storage)).toEqual(draft);
  });

  it.each(['', '{', 'null', '[]', '{"pipeline":3}', '{"pipeline":"p"}'])('starts anew from %j', (damaged) => {
    expect(readStoredDraft({ getItem: () => damaged })).toEqual(EMPTY_DRAFT);
  });

  it('does without a storage that refuses', () => {
    const refuse = () => {
      throw new Error('The quota has been exceeded.');
    };
    expect(() => storeDraft({ setItem: refuse }, EMPTY_DRAFT)).not.toThrow();
    expect(readStoredDraft({ getItem: refuse })).toEqual(EMPTY_DRAFT);
  });
});

function memory() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}
