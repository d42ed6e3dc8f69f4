import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StandInMachine } from '../helpers/stand-in-tools.ts';

const COLUMNS =
  'index, uuid, pci.bus_id, name, memory.total [MiB], memory.used [MiB], memory.free [MiB], utilization.gpu [%], temperature.gpu, power.draw [W], driver_version, mig.mode.current';
const CARDS = 4;
const TOTAL_MIB = 49_140;
const STEP_MS = 500;

/** A workstation with four cards whose figures move, played by the stand-in for `nvidia-smi`. */
export class MovingMachine {
  private readonly machine = new StandInMachine().install('nvidia-smi', 'two-mixed');
  private readonly folder = join(this.machine.folder, 'nvidia-smi');
  private readonly timer: NodeJS.Timeout;
  private moment = 0;
  private isBusy = false;

  constructor() {
    mkdirSync(this.folder, { recursive: true });
    const names = Array.from({ length: CARDS }, (_, card) => `GPU ${card}: ${NAME} (UUID: ${uuid(card)})`);
    writeFileSync(join(this.folder, 'list.txt'), `${names.join('\n')}\n`);
    this.busy = false;
    this.tell();
    this.timer = setInterval(() => this.tell(), STEP_MS);
  }

  /** What programs must be started with to see the cards. */
  get env(): Record<string, string> {
    const { PATH = '', STANDIN_NVIDIA = '' } = this.machine.env;
    return { PATH: `${PATH}${delimiter}${process.env['PATH'] ?? ''}`, STANDIN_NVIDIA };
  }

  /** Whether the cards compute from now on; which processes use them is told by these. */
  set busy(busy: boolean) {
    this.isBusy = busy;
    writeFileSync(join(this.folder, 'compute-apps.csv'), 'pid, gpu_uuid, used_memory [MiB], process_name\n');
  }

  remove(): void {
    clearInterval(this.timer);
    this.machine.remove();
  }

  private tell(): void {
    this.moment += 1;
    const rows = Array.from({ length: CARDS }, (_, card) => this.rowOf(card));
    // A reader never sees half of it.
    const file = join(this.folder, 'query-gpu.csv');
    writeFileSync(`${file}.new`, `${[COLUMNS, ...rows].join('\n')}\n`);
    renameSync(`${file}.new`, file);
  }

  private rowOf(card: number): string {
    const wave = Math.sin(this.moment / 3 + card * 1.7) * Math.sin(this.moment / 7 + card);
    const utilization = this.isBusy ? Math.round(91 + 8 * wave) : 0;
    const used = this.isBusy ? Math.round(15_900 + 900 * wave + card * 40) : 9;
    const power = this.isBusy ? 262 + 28 * wave : 21 + card;
    const temperature = this.isBusy ? Math.round(66 + 4 * wave + card) : 38 + card;
    const memory = `${TOTAL_MIB}, ${used}, ${TOTAL_MIB - used - 540}`;
    return `${card}, ${uuid(card)}, 00000000:${17 + card * 16}:00.0, ${NAME}, ${memory}, ${utilization}, ${temperature}, ${power.toFixed(2)}, 570.133.20, [N/A]`;
  }
}

const NAME = 'NVIDIA RTX 6000 Ada Generation';

function uuid(card: number): string {
  return `GPU-5e1f7c2${card}-4b1d-4c7a-9a55-0d2b6f3e8a1${card}`;
}
