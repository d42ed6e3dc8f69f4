import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parentGroup } from '../../electron/engine/processes/worker-group.ts';
import { EngineRig } from '../helpers/engine-rig.ts';
import { until } from '../helpers/until.ts';

const hasTools = spawnSync('sh', ['-c', 'command -v setsid']).status === 0;
const parent = parentGroup();
const missing =
  parent !== null && hasTools ? '' : ' (skipped: no control group is delegated here, or there is no setsid)';

/** Leaves its session and its environment behind, as a daemon that cleans up after itself does. */
const DAEMON = 'env -i setsid sh -c "(sleep 987 &) ; exit 0"; sleep "$1"; cp "$2" "$3"';

function daemons(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === 'sleep\u0000987\u0000';
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe(`a process that left session and environment of its worker${missing}`, () => {
  it.skipIf(missing !== '').each(['0', '60'])(
    'ends with it, whether it ends by itself or is stopped (%s)',
    async (seconds) => {
      const rig = new EngineRig();
      const run = await rig.start({
        steps: [
          {
            command: ['sh', '-c', DAEMON, 'sh', seconds, '{file}', '{output}'],
            dispatch: 'list',
            outputs: ['{stem}.out'],
          },
        ].map((step) => ({ ...step, dispatch: 'each' as const })),
      });
      if (seconds !== '0') {
        await until(() => daemons().length > 0, 'the daemon');
        await run.stop(false);
      } else await run.ended();
      expect(daemons()).toEqual([]);
      expect(readdirSync(parent ?? '').filter((name) => name.includes(run.id))).toEqual([]);
    },
  );
});
