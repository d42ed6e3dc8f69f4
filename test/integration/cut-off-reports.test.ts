import { describe, expect, it } from 'vitest';
import type { Dispatch } from '../../shared/pipeline/pipeline.ts';
import { EngineRig } from '../helpers/engine-rig.ts';

/** Writes an output and a report of what its file says, at the end without a newline, and exits with success. */
const REPORTS = `report() { printf '%s' "$(cat "$1" | sed "s|FILE|$1|")" >> "$DROVER_REPORT_FILE"; }`;
const PROGRAMS: Record<Dispatch, string> = {
  each: `${REPORTS}; echo garbage > "$2"; report "$1"`,
  list: `${REPORTS}; for file; do name=\${file##*/}; echo garbage > "$DROVER_OUTPUT_DIR/\${name%.txt}.out"; report "$file"; done`,
  queue: `${REPORTS}; read -r line; file=\${line#*'"file":"'}; file=\${file%%'"'*}; name=\${file##*/}
    echo garbage > "$DROVER_OUTPUT_DIR/\${name%.txt}.out"; report "$file"`,
};
const ARGUMENTS: Record<Dispatch, string[]> = {
  each: ['sh', '{file}', '{output}'],
  list: ['sh', '{files}'],
  queue: ['sh'],
};
const DISPATCHES = ['each', 'list', 'queue'] as const;

/** A run of one item whose worker leaves this as its last report. */
async function runWith(dispatch: Dispatch, report: string) {
  const command = ['sh', '-c', PROGRAMS[dispatch], ...ARGUMENTS[dispatch]];
  const step = { dispatch, command, outputs: ['{stem}.out'], retries: 0 };
  return await new EngineRig().run({ steps: [step], files: { 'a.txt': report } });
}

describe('the last report of a worker that exits with success', () => {
  it.each(DISPATCHES)(
    'proves nothing of an item of %s when it was cut off: it may have said that the item failed',
    async (dispatch) => {
      const run = await runWith(dispatch, '{"file":"FILE","status":"fai');
      expect(run.item('a.txt')).toMatchObject({
        status: 'failed',
        failure: { reason: 'left-unfinished', evidence: expect.stringContaining('its last report was cut off') },
      });
      expect(run.complaints('validator').map(({ message }) => message)).toContainEqual(
        expect.stringContaining('is not a report'),
      );
    },
  );

  it.each(DISPATCHES)('counts for an item of %s when it lacks nothing but its newline', async (dispatch) => {
    const complete = await runWith(dispatch, '{"file":"FILE","status":"complete"}');
    expect(complete.item('a.txt').status).toBe('complete');
    const failed = await runWith(dispatch, '{"file":"FILE","status":"failed","error":"no letters"}');
    expect(failed.item('a.txt')).toMatchObject({ status: 'failed', failure: { evidence: 'no letters' } });
  });
});
