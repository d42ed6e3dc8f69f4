import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';
import { draftOfDuplicate, draftOfRequest } from '../launch/draft-of-request.ts';
import { draftText, storeDraft } from '../launch/stored-draft.ts';
import { goTo } from '../store/layout-store.ts';

/**
 * Opens the form, filled in with what a run was launched with.
 * @param how `again`: exactly that; `duplicate`: the same beside it, under another name
 * @returns why it cannot be filled in
 */
export async function relaunch(client: EngineClient, run: string, how: 'again' | 'duplicate'): Promise<Problem | null> {
  const request = await call(client.launchRequestOf({ run }));
  if (!request.ok) return request.error;
  const draft = how === 'again' ? draftOfRequest(request.value) : draftOfDuplicate(request.value);
  storeDraft(localStorage, draftText(draft, Date.now()));
  goTo({ page: 'new' });
  return null;
}
