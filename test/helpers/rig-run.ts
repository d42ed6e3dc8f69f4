import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Engine } from '../../electron/engine/api/engine-api.ts';
import {
  componentLog,
  journalFile,
  reportFile,
  type StepComponent,
  stepOutputFolder,
  workerLog,
} from '../../electron/engine/run-directory/paths.ts';
import { readJournal } from '../../electron/engine/run-directory/read-journal.ts';
import type { ItemState } from '../../shared/items/item.ts';
import type { RunEvent } from '../../shared/run/run-events.ts';
import type { RunState } from '../../shared/run/run-model.ts';
import type { RunStatusDocument } from '../../shared/run/run-status.ts';
import { until } from './until.ts';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** A line of a component log. */
export interface ComponentLine {
  level: string;
  message: string;
  worker: string | null;
  fields?: Record<string, unknown>;
}

/** A run that a test looks at, through its files and the engine's answers. */
export class RigRun {
  readonly id: string;
  readonly directory: string;
  private readonly engine: Engine;

  constructor(engine: Engine, id: string, directory: string) {
    this.engine = engine;
    this.id = id;
    this.directory = directory;
  }

  /** Waits until this process owns the run no more. */
  async ended(): Promise<RunStatusDocument> {
    await until(() => !this.engine.ownedRuns().includes(this.id), `the end of ${this.id}`);
    return this.status();
  }

  async status(): Promise<RunStatusDocument> {
    const status = await this.engine.runStatus({ run: this.id });
    if (!status.ok) throw new Error(status.error.message);
    return status.value;
  }

  async stop(force = false): Promise<RunStatusDocument> {
    await this.engine.stopRun({ run: this.id, force, by: 'the test' });
    return this.ended();
  }

  async resume(): Promise<RunStatusDocument> {
    const resumed = await this.engine.resumeRun({ run: this.id, detach: false });
    if (!resumed.ok) throw new Error(resumed.error.message);
    return this.ended();
  }

  events(): RunEvent[] {
    const events: RunEvent[] = [];
    readJournal(journalFile(this.directory), (event) => events.push(event));
    return events;
  }

  eventsOf<Type extends RunEvent['type']>(type: Type): EventOf<Type>[] {
    return this.events().filter((event): event is EventOf<Type> => event.type === type);
  }

  state(): RunState {
    return readJournal(journalFile(this.directory)).state;
  }

  /** The items of a step, in the order of their numbers. */
  items(step = 1): ItemState[] {
    return [...(this.state().steps[step - 1]?.items ?? [])];
  }

  /** The item of an input file's name. */
  item(name: string, step = 1): ItemState {
    const found = this.items(step).find(({ file }) => basename(file) === name);
    if (found === undefined) throw new Error(`There is no item ${name}`);
    return found;
  }

  /** Waits until an item has a state. */
  async untilItem(name: string, status: ItemState['status'], step = 1): Promise<void> {
    await until(() => this.item(name, step).status === status, `${name} to be ${status}`);
  }

  logPath(rank = 0, step = 1): string {
    return workerLog(this.directory, step, rank);
  }

  /** What a worker has printed so far. */
  log(rank = 0, step = 1): string {
    const path = this.logPath(rank, step);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  reports(rank = 0, step = 1): string {
    return readFileSync(reportFile(this.directory, step, rank), 'utf8');
  }

  component(name: StepComponent, step = 1): ComponentLine[] {
    return lines(componentLog(this.directory, step, name));
  }

  /** Warnings and errors of a component. */
  complaints(name: StepComponent, step = 1): ComponentLine[] {
    return this.component(name, step).filter(({ level }) => level === 'WARNING' || level === 'ERROR');
  }

  runLog(): ComponentLine[] {
    return lines(join(this.directory, 'logs', 'run.log'));
  }

  outputFolder(step = 1): string {
    return stepOutputFolder(this.directory, step);
  }

  output(name: string, step = 1): string {
    return readFileSync(join(this.outputFolder(step), name), 'utf8');
  }

  /** Names of all files in a step's output folder. */
  outputs(step = 1): string[] {
    const folder = this.outputFolder(step);
    return existsSync(folder) ? readdirSync(folder).toSorted() : [];
  }
}

function lines(path: string): ComponentLine[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ComponentLine);
}
