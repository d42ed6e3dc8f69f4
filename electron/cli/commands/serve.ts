import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, InvalidArgumentError } from 'commander';
import { plural } from '../../../shared/format.ts';
import { jsonLine } from '../../../shared/json-line.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { keepRetention } from '../../engine/api/retention.ts';
import { dataHome } from '../../engine/files/data-home.ts';
import { makeFolders, PRIVATE_FILE, PRIVATE_FOLDER } from '../../engine/files/make-folders.ts';
import { pagesFolder } from '../../engine/files/resources-folder.ts';
import { OPENING_CODE_MS } from '../../serve/limits.ts';
import { type Serving, startServing } from '../../serve/start-serving.ts';
import { type CliContext, EXIT, must } from '../cli-context.ts';
import { listenForInterrupts } from '../interrupts.ts';

/** The program that opens an address in the browser, by platform; COMMON_OPENER for the others. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly [program: string, ...args: string[]]>> = {
  darwin: ['open'],
  // `start` takes the first text in quotes as the title of the window.
  win32: ['cmd', '/c', 'start', '""'],
};
const COMMON_OPENER = ['xdg-open'] as const;

interface ServeOptions {
  port?: number;
  open: boolean;
  json?: boolean;
}

const LARGEST_PORT = 65_535;

const EXAMPLES = `
Examples:
  drover serve
  drover serve --port 8123 --no-open

On another machine, reached over SSH: start "drover serve --port 8123 --no-open" there, "ssh -L 8123:127.0.0.1:8123 MACHINE" here, and open the
printed address here. Whoever has the address can start programs as you: keep it to yourself.

Runs that are launched from the page belong to this command: Ctrl-C stops their workers in order, a second Ctrl-C kills them.
Exit status: 0 ended, 130 interrupted while runs were active.`;

/** `drover serve`: the window in a browser. */
export function registerServeCommand(program: Command, context: () => CliContext): void {
  program
    .command('serve')
    .summary('show the window in a browser on this machine')
    .description('Serves the window to a browser on 127.0.0.1, behind a token; prints the address as its first line.')
    .option('--port <N>', 'the port to listen on (default: one that is free)', port)
    .option('--no-open', 'do not open a browser')
    .option('--json', 'the first line as a JSON object with the address and the port')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ServeOptions) => {
      process.exitCode = await serve(options, context());
    });
}

async function serve(options: ServeOptions, context: CliContext): Promise<number> {
  const { engine, print, report } = context;
  const end = Promise.withResolvers<void>();
  let hadRuns = false;
  let endRetention = (): void => undefined;
  let page: OpeningPage | null = null;
  const interrupts = listenForInterrupts(({ force, by }) => {
    const active = engine.ownedRuns().length;
    hadRuns ||= active > 0;
    if (active > 0) report(`drover: ${stopping(active, force, by)}`);
    // The page stays up until the runs have ended, and shows how they end.
    engine.stopOwnedRuns({ force, by }).then(end.resolve, end.reject);
  });
  try {
    const serving = must(await startServing({ engine, root: pagesFolder(), port: options.port ?? 0 }));
    print(options.json === true ? jsonLine({ event: 'serving', url: serving.url, port: serving.port }) : serving.url);
    page = announce(serving, options, context);
    endRetention = keepRetention(engine, (sentence) => report(`drover: ${sentence}`));
    await end.promise;
    await serving.close();
    return hadRuns ? EXIT.interrupted : EXIT.done;
  } finally {
    page?.remove();
    endRetention();
    interrupts.dispose();
  }
}

/**
 * Prints how to reach the page, and opens a browser where there is a display.
 * @returns the page that opens the browser, if one is opened
 */
function announce(serving: Serving, options: ServeOptions, { env, report }: CliContext): OpeningPage | null {
  report('Open this address in a browser. Ctrl-C ends Drover.');
  if (env['SSH_CONNECTION'] !== undefined) {
    const { port: own } = serving;
    report(`To see it from where you are: ssh -L ${own}:127.0.0.1:${own} ${hostname()}, then open the address there.`);
  }
  if (!options.open) return null;
  if (!hasDisplay(env)) {
    report('There is no display, so no browser is opened.');
    return null;
  }
  const cannotOpen = (why: string): void => {
    report(`drover: no browser could be opened: ${why}. Open the address above yourself.`);
  };
  try {
    const page = writeOpeningPage(dataHome(env), serving.openingUrl());
    openBrowser(page.address, env, cannotOpen);
    return page;
  } catch (error) {
    cannotOpen(messageOf(error));
    return null;
  }
}

function stopping(runs: number, force: boolean, by: string): string {
  if (force) return 'killing the workers …';
  return `stopping the workers of ${plural(runs, 'run')} (${by}) …; press Ctrl-C again to kill them`;
}

function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= LARGEST_PORT) return value;
  throw new InvalidArgumentError(`Give a number from 0 (any that is free) to ${LARGEST_PORT}.`);
}

/** A page on disk that sends a browser to an address. */
interface OpeningPage {
  /** The address of the page itself: it reveals no secret, so it may appear on a command line. */
  address: string;
  remove(): void;
}

const NAME = /^open-[\w-]+\.html$/;
/** 128 bits cannot be guessed. */
const NAME_BYTES = 16;

/**
 * Writes a page that only this user can read and that redirects to an address. Everybody on the machine can read command lines, so an address
 * with a secret must not appear on one. The page is removed when the address has expired. Old pages of ended processes are removed too.
 * @throws the file system's error
 */
function writeOpeningPage(home: string, url: string): OpeningPage {
  const folder = join(home, 'cache');
  makeFolders(folder, PRIVATE_FOLDER);
  removeOld(folder);
  const path = join(folder, `open-${randomBytes(NAME_BYTES).toString('base64url')}.html`);
  const page = `<!doctype html><meta charset="utf-8"><title>Drover</title><meta http-equiv="refresh" content="0; url=${url}">
<p>Drover opens here. If it does not, open the address that "drover serve" printed.\n`;
  writeFileSync(path, page, { mode: PRIVATE_FILE, flag: 'wx' });
  const timer = setTimeout(() => rmSync(path, { force: true }), OPENING_CODE_MS);
  timer.unref();
  return {
    address: pathToFileURL(path).href,
    remove() {
      clearTimeout(timer);
      rmSync(path, { force: true });
    },
  };
}

function removeOld(folder: string): void {
  for (const name of readdirSync(folder).filter((one) => NAME.test(one))) {
    const path = join(folder, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > OPENING_CODE_MS) rmSync(path, { force: true });
  }
}

/**
 * Opens an address in the person's browser, which outlives this process.
 * @param url becomes part of a command line, which everybody on the machine can read
 * @param onFailure gets the reason as text when no browser opens
 */
function openBrowser(url: string, env: NodeJS.ProcessEnv, onFailure: (why: string) => void): void {
  const [program, ...args] = OPENERS[process.platform] ?? COMMON_OPENER;
  const child = spawn(program, [...args, url], { env, detached: true, stdio: 'ignore', windowsHide: true });
  child.on('error', (error: NodeJS.ErrnoException) => {
    onFailure(error.code === 'ENOENT' ? `${program} is not installed` : error.message);
  });
  child.on('exit', (code, signal) => {
    if (code !== 0) onFailure(`${program} ended with ${signal ?? `exit code ${code}`}`);
  });
  child.unref();
}

/** Whether there is a display that can show a browser. */
function hasDisplay(env: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return isSet(env['DISPLAY']) || isSet(env['WAYLAND_DISPLAY']);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
