import { describe, expect, it } from 'vitest';
import { EMPTY_DRAFT } from '../../../../renderer/launch/form-draft.ts';
import { draftText, readStoredDraft, storeDraft } from '../../../../renderer/launch/stored-draft.ts';

describe('the stored draft', () => {
  it('comes back as it was, with the time when it was kept', () => {
    const storage = memory();
    const draft = { ...EMPTY_DRAFT, pipeline: 'p', inputs: ['/a'], parameters: { p: { k: 'not a number' } } };
    storeDraft(storage, draftText(draft, 12));
    expect(readStoredDraft(storage)).toEqual({ draft, kept: 12 });
  });

  it('counts as old where it does not say when it was kept', () => {
    expect(readStoredDraft({ getItem: () => JSON.stringify(EMPTY_DRAFT) })).toEqual({ draft: EMPTY_DRAFT, kept: 0 });
  });

  it.each(['', '{', 'null', '[]', '{"pipeline":3}', '{"pipeline":"p"}'])('is none where it is %j', (damaged) => {
    expect(readStoredDraft({ getItem: () => damaged })).toBeNull();
  });

  it('does without a storage that refuses', () => {
    const refuse = () => {
      throw new Error('The quota has been exceeded.');
    };
    expect(() => storeDraft({ setItem: refuse }, draftText(EMPTY_DRAFT, 0))).not.toThrow();
    expect(readStoredDraft({ getItem: refuse })).toBeNull();
  });
});

function memory() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}
