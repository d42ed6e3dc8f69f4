import { EventEmitter } from 'node:events';
import type { Engine } from '../engine/api/engine-api.ts';
import type { OwnedProgress } from '../engine/runs/run-session.ts';

/** How often it is looked how far the runs are (ms): a bar in the task bar moves in steps of a second at the most. */
const LOOK_MS = 500;

/** The runs of this app that are under way, told whenever they change. */
export class ActiveRuns extends EventEmitter<{ change: [readonly OwnedProgress[]] }> {
  private readonly engine: Pick<Engine, 'ownedProgress'>;
  private readonly timer: NodeJS.Timeout;
  private told = '[]';

  constructor(engine: Pick<Engine, 'ownedProgress'>) {
    super();
    this.engine = engine;
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  get current(): readonly OwnedProgress[] {
    return this.engine.ownedProgress();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const { current } = this;
    const now = JSON.stringify(current);
    if (now === this.told) return;
    this.told = now;
    this.emit('change', current);
  }
}
