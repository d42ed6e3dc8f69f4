import { hostname } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { plural } from '../../../shared/format.ts';
import { jsonLine } from '../../../shared/json-line.ts';
import { keepRetention } from '../../engine/api/retention.ts';
import { dataHome } from '../../engine/files/data-home.ts';
import { pagesFolder } from '../../engine/files/resources-folder.ts';
import { type Serving, startServing } from '../../serve/start-serving.ts';
import { type CliContext, EXIT, must } from '../cli-context.ts';
import { listenForInterrupts } from '../interrupts.ts';
import { hasDisplay, openBrowser } from '../open-browser.ts';
import { type OpeningPage, writeOpeningPage } from '../opening-page.ts';

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
  const { engine, print, say } = context;
  const end = Promise.withResolvers<void>();
  let hadRuns = false;
  let endRetention = (): void => undefined;
  let page: OpeningPage | null = null;
  const interrupts = listenForInterrupts(({ force, by }) => {
    const active = engine.ownedRuns().length;
    hadRuns ||= active > 0;
    if (active > 0) say(`drover: ${stopping(active, force, by)}`);
    // The page stays up until then, and shows how they end.
    engine.stopOwnedRuns({ force, by }).then(end.resolve, end.reject);
  });
  try {
    const serving = must(await startServing({ engine, root: pagesFolder(), port: options.port ?? 0 }));
    print(options.json === true ? jsonLine({ event: 'serving', url: serving.url, port: serving.port }) : serving.url);
    page = tell(serving, options, context);
    endRetention = keepRetention(engine, (sentence) => say(`drover: ${sentence}`));
    await end.promise;
    await serving.close();
    return hadRuns ? EXIT.interrupted : EXIT.done;
  } finally {
    page?.remove();
    endRetention();
    interrupts.dispose();
  }
}

/** @returns the page that opens the browser, where one is opened */
function tell(serving: Serving, options: ServeOptions, { env, say }: CliContext): OpeningPage | null {
  say('Drover is in the browser at this address until Ctrl-C ends it.');
  if (env['SSH_CONNECTION'] !== undefined) {
    const { port: own } = serving;
    say(`To see it from where you are: ssh -L ${own}:127.0.0.1:${own} ${hostname()}, then open the address there.`);
  }
  if (!options.open) return null;
  if (!hasDisplay(env)) {
    say('There is no display, so no browser is opened.');
    return null;
  }
  const cannotOpen = (why: string): void => {
    say(`drover: no browser could be opened: ${why}. Open the address above yourself.`);
  };
  try {
    const page = writeOpeningPage(dataHome(env), serving.openingUrl());
    openBrowser(page.address, env, cannotOpen);
    return page;
  } catch (error) {
    cannotOpen(error instanceof Error ? error.message : String(error));
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
