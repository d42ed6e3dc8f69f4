// Makes the pictures in docs/screenshots, light and dark, from the built program in a Chromium. The graphics cards of most of them are
// played by a stand-in and their model is imitated, so that they are the same on any machine; those that begin with `real-` show a run of
// the bundled k-mer pipeline as it took place here, on processors. `--real` makes these alone.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { AppPage } from '../e2e/pages/app-page.ts';
import { type Drover, droverIn } from '../e2e/rig/drover.ts';
import { findChromium } from '../helpers/find-chromium.ts';
import { makeGenomes } from './genomes.ts';
import { MovingMachine } from './moving-machine.ts';
import { makeProteins } from './proteins.ts';

const root = join(import.meta.dirname, '../..');
const target = join(root, 'docs/screenshots');
const THEMES = ['light', 'dark'] as const;
const SIZE = { width: 1280, height: 800 };
/** Charts and panes draw within this time of what they show (milliseconds). */
const SETTLE_MS = 1_500;
/** Until live charts have something to draw (milliseconds). */
const CHART_MS = 8_000;
/** How far a run is when it is shown under way. */
const UNDER_WAY = /^(?:1[0-9]|2[0-9]) \/ 42$/;
/** The same of the run that really takes place, whose speed is that of this machine. */
const REALLY_UNDER_WAY = /^(?:[2-9][0-9]|1[0-6][0-9]) \/ 210$/;

/** One picture: what it shows, and how one gets there. */
interface Shot {
  name: string;
  show: (page: Page, app: AppPage) => Promise<void>;
}

const goTo = (hash: string) => (page: Page) =>
  page.evaluate((to) => {
    location.hash = to;
  }, hash);

const WELCOME: readonly Shot[] = [{ name: 'welcome', show: async () => undefined }];

const UNDER_WAY_SHOTS: readonly Shot[] = [
  {
    name: 'run-grid',
    async show(page, app) {
      await openTab(app, 'proteins', 'All workers');
      await page.getByText(UNDER_WAY).first().waitFor({ timeout: 60_000 });
    },
  },
  { name: 'run-worker', show: (_page, app) => openTab(app, 'proteins', 'Worker 2') },
  {
    name: 'devices',
    async show(page) {
      await goTo('#/devices')(page);
      await page.waitForTimeout(CHART_MS);
    },
  },
];

const REAL_SHOTS: readonly Shot[] = [
  {
    name: 'real-run',
    async show(page, app) {
      await openTab(app, 'genomes', 'All workers');
      await page.getByText(REALLY_UNDER_WAY).first().waitFor({ timeout: 120_000 });
    },
  },
];

const LATER_SHOTS: readonly Shot[] = [
  {
    name: 'form',
    async show(page) {
      await goTo('#/new')(page);
      const form = page.getByRole('form', { name: 'New run' });
      await form.waitFor();
      await form.getByRole('button', { name: 'Use the sample files' }).click();
      await form.getByRole('region', { name: 'Assignment' }).getByRole('img').first().waitFor();
    },
  },
  { name: 'run-items', show: (_page, app) => openTab(app, 'proteins', 'Items') },
  {
    name: 'run-problems',
    async show(page, app) {
      await openTab(app, 'proteins', 'Problems');
      await page.getByText('Reading the workers’ logs').waitFor({ state: 'hidden' });
    },
  },
  { name: 'run-metrics', show: (_page, app) => openTab(app, 'proteins', 'Metrics') },
  { name: 'run-summary', show: (_page, app) => openTab(app, 'proteins', 'Summary') },
  { name: 'history', show: goTo('#/history') },
  {
    name: 'analysis',
    async show(page) {
      await goTo('#/analysis')(page);
      await page.getByRole('button', { name: 'Ask', exact: true }).click();
      await page.getByRole('region', { name: 'Answer' }).waitFor();
    },
  },
  { name: 'settings', show: goTo('#/settings') },
];

await main();

async function main(): Promise<void> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('There is no Chromium: install it, or set CHROMIUM_PATH to one.');
  if (!process.argv.includes('--real')) await makeImitated(executablePath);
  await makeReal(executablePath);
}

/** A run on the processors of this machine, with nothing played. */
async function makeReal(executablePath: string): Promise<void> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'drover-')));
  const drover = droverIn(home);
  const browser = await openBrowser(executablePath);
  try {
    mkdirSync(target, { recursive: true });
    const address = await serve(drover);
    const genomes = makeGenomes(join(home, 'genomes'));
    const words = ['run', '--plain', '--pipeline', 'kmer-embedding', '--param', 'k=7', '--devices', 'cpu:4'];
    const ended = once(drover.start([...words, '--input', genomes, '--name', 'genomes']), 'close');
    // Light alone: while the second picture is taken, the run would be over.
    for (const shot of REAL_SHOTS) await takePicture(browser, address, 'light', shot);
    await ended;
  } finally {
    await browser.close();
    await drover.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function openBrowser(executablePath: string): Promise<Browser> {
  const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  return chromium.launch({ executablePath, args });
}

async function makeImitated(executablePath: string): Promise<void> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'drover-')));
  const machine = new MovingMachine();
  const before = { ...process.env };
  Object.assign(process.env, machine.env);
  const drover = droverIn(home);
  const browser = await openBrowser(executablePath);
  try {
    mkdirSync(target, { recursive: true });
    const address = await serve(drover);
    const take = (shots: readonly Shot[]): Promise<void> => takePictures(browser, address, shots);
    await take(WELCOME);
    await makeEarlierRuns(drover);
    machine.busy = true;
    // One failed file: its end is not a failure of the pictures.
    const ended = once(drover.start(proteinRun(home)), 'close');
    await take(UNDER_WAY_SHOTS);
    await ended;
    machine.busy = false;
    await take(LATER_SHOTS);
  } finally {
    await browser.close();
    await drover.close();
    machine.remove();
    // What follows sees the machine as it is.
    for (const name of Object.keys(machine.env)) {
      const { [name]: value } = before;
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(home, { recursive: true, force: true });
  }
}

async function serve(drover: Drover): Promise<string> {
  const child = drover.start(['serve', '--no-open', '--json']);
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return (JSON.parse(line.toString().split('\n')[0] ?? '') as { url: string }).url;
}

async function makeEarlierRuns(drover: Drover): Promise<void> {
  const kmers = ['run', '--plain', '--pipeline', 'kmer-embedding', '--devices', 'cpu:4'];
  const samples = ['--input', join(root, 'resources/samples')];
  await drover.run([...kmers, ...samples, '--name', 'first try']);
  await drover.run([...kmers, ...samples, '--name', 'all samples', '--param', 'k=3']);
}

/** @returns the words of a run on all cards, with one file that fails */
function proteinRun(home: string): string[] {
  const pipeline = join(home, 'protein-embedding.json');
  const step = {
    name: 'embed',
    device: 'gpu',
    dispatch: 'queue',
    retries: 0,
    cost: 'fasta-residues',
    command: ['{node}', join(import.meta.dirname, 'embed-worker.mjs')],
    outputs: ['{stem}.jsonl'],
  };
  writeFileSync(
    pipeline,
    JSON.stringify({ name: 'protein-embedding', inputs: { patterns: ['*.faa'] }, steps: [step] }),
  );
  const proteins = makeProteins(join(home, 'proteins'));
  return ['run', '--plain', '--pipeline', pipeline, '--input', proteins, '--name', 'proteins'];
}

async function takePictures(browser: Browser, address: string, shots: readonly Shot[]): Promise<void> {
  for (const shot of shots) for (const theme of THEMES) await takePicture(browser, address, theme, shot);
}

async function takePicture(
  browser: Browser,
  address: string,
  theme: (typeof THEMES)[number],
  shot: Shot,
): Promise<void> {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: theme, reducedMotion: 'reduce' });
  try {
    await page.goto(address);
    const app = new AppPage(page);
    await app.newRun.waitFor();
    await shot.show(page, app);
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: join(target, `${shot.name}-${theme}.png`) });
    process.stdout.write(`${shot.name}-${theme}.png\n`);
  } finally {
    await page.close();
  }
}

async function openTab(app: AppPage, run: string, tab: string): Promise<void> {
  await app.openRun(run);
  await app.openTab(tab);
}
