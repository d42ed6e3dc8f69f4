import type { Check } from '../../../shared/contract/doctor.ts';

/** Creates the results of one check, so that its id and title are written once. */
export function checkOf(id: string, title: string) {
  return {
    ok: (found: string): Check => ({ id, title, status: 'ok', found, advice: null }),
    warning: (found: string, advice: string): Check => ({ id, title, status: 'warning', found, advice }),
    problem: (found: string, advice: string): Check => ({ id, title, status: 'problem', found, advice }),
  };
}
