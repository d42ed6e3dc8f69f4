import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { journalFile, workerLog } from '../../electron/engine/run-directory/paths.ts';
import { parseEvent } from '../../electron/engine/run-directory/read-journal.ts';
import type { RunEvent } from '../../shared/run/run-events.ts';
import { contradictions } from '../helpers/legal-journal.ts';
import { listFiles } from '../helpers/list-files.ts';
import { valueOf } from '../helpers/value-of.ts';
import type { Trail } from './apply-fault.ts';
import { namesIn, type Scene, textOf } from './scene.ts';
import { ALWAYS } from './schedule.ts';

/** What a run leaves behind besides its journal and logs. */
export const RECORDS: readonly string[] = ['metadata.json', 'metrics.json', 'logs_summary.txt'];

/** What must hold when a schedule is over, and does not; empty when all is well. */
export async function findViolations(scene: Scene, trail: Trail): Promise<string[]> {
  return [
    ...wrongStates(scene),
    ...wrongOutputs(scene),
    ...wrongJournal(scene, trail),
    ...doneTwice(scene, trail),
    ...finishedTwice(scene),
    ...leftBehind(scene),
    ...missingLines(scene),
    ...wrongTokens(scene),
    ...toldByWorkers(scene),
    ...(await wrongList(scene)),
  ];
}

/** Every item has exactly one final state, the one that it must have. */
function wrongStates(scene: Scene): string[] {
  const { items } = scene.schedule;
  const states = scene.run.items();
  if (states.length !== items.length) return [`${states.length} of ${items.length} items`];
  return [
    ...contradictions(scene.run.state()),
    ...items.flatMap(({ fails }, index) => {
      const status = scene.run.item(scene.inputName(index)).status;
      const wanted = fails === ALWAYS ? 'failed' : 'complete';
      return status === wanted ? [] : [`item ${index} is ${status} and not ${wanted}`];
    }),
  ];
}

/** What is complete has the bytes of an undisturbed run, and no output of a failed attempt stands in its place. */
function wrongOutputs(scene: Scene): string[] {
  return scene.schedule.items.flatMap(({ fails }, index) => {
    const path = scene.outputPath(index);
    if (fails === ALWAYS) return existsSync(path) ? [`the output of failed item ${index} is in its place`] : [];
    const text = textOf(path);
    return text === scene.expectedOutput(index) ? [] : [`the output of item ${index} is ${JSON.stringify(text)}`];
  });
}

/** The journal folds, and no line of it is damaged or out of place but those that were cut. */
function wrongJournal(scene: Scene, trail: Trail): string[] {
  const { ignored } = scene.run.state();
  const damaged = linesOf(textOf(journalFile(scene.run.directory))).filter((line) => parseEvent(line) === null);
  return [
    ...(damaged.length > trail.torn ? [`${damaged.length} damaged lines in the journal, ${trail.torn} were cut`] : []),
    ...(ignored > 0 ? [`${ignored} events of the journal are not legal where they stand`] : []),
  ];
}

/** An item that is complete is handed out no more, unless the journal has forgotten that it is. */
function doneTwice(scene: Scene, trail: Trail): string[] {
  if (trail.forgotten || trail.torn > 0) return [];
  const complete = new Set<number>();
  const wrong: string[] = [];
  for (const event of scene.run.events()) {
    if (event.type === 'item-complete') {
      if (complete.has(event.item)) wrong.push(`item ${event.item} was completed twice`);
      complete.add(event.item);
    }
    for (const item of handedOut(event))
      if (complete.has(item)) wrong.push(`complete item ${item} was handed out again`);
  }
  return wrong;
}

/**
 * What a worker brought to its end in the grace of a stop is not done again: the program's own notes say so, whatever the journal says. A list
 * in silence says nothing until it has gone through all its files.
 */
function finishedTwice({ schedule, side }: Scene): string[] {
  const { steps, onTerm, dispatch, reports } = schedule;
  const isCalm = steps.every(({ fault }) => fault.kind === 'stop' && !fault.force && !fault.again);
  if (onTerm !== 'finish' || !isCalm || (dispatch === 'list' && !reports)) return [];
  const names = linesOf(textOf(join(side, 'done')));
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...twice].map((name) => `${name} was finished and done again`);
}

function handedOut(event: RunEvent): readonly number[] {
  return event.type === 'dispatching' ? event.items : [];
}

/** No process, FIFO, socket or temporary file is left, and no stranger was harmed. */
function leftBehind(scene: Scene): string[] {
  const processes = scene.processes().map(({ pid, command }) => `process ${pid} is left: ${command}`);
  const files = listFiles(scene.run.directory).filter(
    ({ name, kind }) => kind !== 'file' || /\.tmp$|\.lock$|~$/.test(name),
  );
  return [
    ...processes,
    ...scene.fifos().map((name) => `${name} is left in the folder of FIFOs`),
    ...files.map(({ name }) => `${name} is left in the run's folder`),
    ...(scene.deadStrangers() > 0 ? ['a process that belongs to nobody here was ended'] : []),
  ];
}

/** Logs contain every line that a worker says it wrote, once and in order. */
function missingLines(scene: Scene): string[] {
  return namesIn(scene.side).flatMap((name) => {
    const [, rank, pid] = /^said\.(\d+)\.(\d+)$/.exec(name) ?? [];
    if (rank === undefined || pid === undefined) return [];
    const log = readFileSync(workerLog(scene.run.directory, 1, Number(rank)), 'latin1');
    const numbers = [...log.matchAll(new RegExp(`line ${pid} (\\d+) `, 'g'))].map(([, number]) => Number(number));
    const there = new Set(numbers);
    const lacking = linesOf(textOf(join(scene.side, name))).filter((said) => {
      const [first = 0, last = 0] = said.split(' ').map(Number);
      return numbersBetween(first, last).some((number) => !there.has(number));
    });
    const inOrder = numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
    return [
      ...lacking.map((said) => `the log of worker ${rank} lacks lines ${said} of process ${pid}`),
      ...(inOrder ? [] : [`the lines of process ${pid} in the log of worker ${rank} are not in order`]),
    ];
  });
}

function numbersBetween(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The tokens of each worker are those of its log; a line that a full disk cut before its number says none. */
function wrongTokens(scene: Scene): string[] {
  return (scene.run.state().steps[0]?.workers ?? []).flatMap(({ rank, tokens }) => {
    const told = textOf(workerLog(scene.run.directory, 1, rank)).match(/^Token usage: input=3/gm)?.length ?? 0;
    return tokens.input_tokens === told * 3
      ? []
      : [`worker ${rank} printed ${told} times 3 tokens, and ${tokens.input_tokens} count`];
  });
}

function toldByWorkers(scene: Scene): string[] {
  return linesOf(textOf(join(scene.side, 'violations')));
}

/** The list of runs says the same as the run. */
async function wrongList(scene: Scene): Promise<string[]> {
  const [entry, ...more] = valueOf(await scene.engine.runs({}));
  const { status } = await scene.run.status();
  if (entry === undefined || more.length > 0) return [`${more.length + (entry === undefined ? 0 : 1)} runs are listed`];
  const records = RECORDS.filter((name) => !existsSync(join(scene.run.directory, name)));
  return [
    ...(entry.status === status ? [] : [`the list says ${entry.status}${entry.damage ?? ''} and the run ${status}`]),
    ...records.map((name) => `${name} is missing`),
  ];
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
