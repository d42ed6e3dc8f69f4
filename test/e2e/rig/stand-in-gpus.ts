import { delimiter } from 'node:path';
import { StandInMachine } from '../../helpers/stand-in-tools.ts';
import { test as base, expect } from './test.ts';

/** A test on a machine whose `nvidia-smi` is a stand-in that plays two cards. */
export const test = base.extend<{ machine: StandInMachine }>({
  machine: [
    // Before the engine is started, since it inherits the environment.
    async ({ door }, use, info) => {
      info.annotations.push({ type: 'machine', description: `two cards, seen through ${door}` });
      const machine = new StandInMachine().install('nvidia-smi', 'two-mixed');
      const before = { PATH: process.env['PATH'], STANDIN_NVIDIA: process.env['STANDIN_NVIDIA'] };
      process.env['PATH'] = `${machine.env['PATH']}${delimiter}${before.PATH ?? ''}`;
      process.env['STANDIN_NVIDIA'] = machine.env['STANDIN_NVIDIA'];
      await use(machine);
      process.env['PATH'] = before.PATH;
      if (before.STANDIN_NVIDIA === undefined) delete process.env['STANDIN_NVIDIA'];
      machine.remove();
    },
    { auto: true },
  ],
});

export { expect };
