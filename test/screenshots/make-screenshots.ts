// Makes the pictures in docs/screenshots: every screen with real runs, light and dark, from the built program in a Chromium.
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { AppPage } from '../e2e/pages/app-page.ts';
import { type Drover, droverIn } from '../e2e/rig/drover.ts';
import { scriptRun } from '../e2e/rig/pipelines.ts';
import { findChromium } from '../helpers/find-chromium.ts';

const root = join(import.meta.dirname, '../..');
const target = join(root, 'docs/screenshots');
const THEMES = ['light', 'dark'] as const;
const SIZE = { width: 1280, height: 800 };
/** Charts and panes draw within this time of what they show (milliseconds). */
const SETTLE_MS = 1_500;

/** Works for a while, says so with a progress bar, and fails on one file. */
const SCRIPT = `echo "loading the model"; i=0
while [ $i -lt 40 ]; do i=$((i+1)); printf "\\rembedding: %3d%%|####| %d/40 [00:0%d<00:01]" $((i*100/40)) $i $((i/10)); sleep 0.05; done; echo
case "$1" in *broken*) echo "ValueError: unknown residue J in record 17 of $1" >&2; exit 1;; esac
echo "WARNING: 3 sequences are longer than the model takes and were split"; echo done > "$2"`;
const FILES = ['coast-01.txt', 'coast-02.txt', 'deep-sea.txt', 'broken.txt', 'lake-01.txt', 'lake-02.txt', 'soil.txt'];

/** One picture: what it shows, and how one gets there. */
interface Shot {
  name: string;
  show: (page: Page, app: AppPage) => Promise<void>;
}

const goTo = (hash: string) => (page: Page) =>
  page.evaluate((to) => {
    location.hash = to;
  }, hash);

const SHOTS: readonly Shot[] = [
  {
    name: 'form',
    show: async (page) => {
      await goTo('#/new')(page);
      const form = page.getByRole('form', { name: 'New run' });
      await form.waitFor();
      await form.getByRole('button', { name: 'Use the sample files' }).click();
      await form.getByRole('region', { name: 'Assignment' }).getByRole('img').first().waitFor();
    },
  },
  { name: 'run-grid', show: (_page, app) => openTab(app, 'embedding', 'All workers') },
  { name: 'run-worker', show: (_page, app) => openTab(app, 'embedding', 'Worker 0') },
  { name: 'run-items', show: (_page, app) => openTab(app, 'embedding', 'Items') },
  { name: 'run-problems', show: (_page, app) => openTab(app, 'embedding', 'Problems') },
  { name: 'run-summary', show: (_page, app) => openTab(app, 'embedding', 'Summary') },
  { name: 'history', show: goTo('#/history') },
  { name: 'devices', show: goTo('#/devices') },
  {
    name: 'analysis',
    show: async (page) => {
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
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'drover-')));
  const drover = droverIn(home);
  const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const browser = await chromium.launch({ executablePath, args });
  try {
    mkdirSync(target, { recursive: true });
    const address = await serve(drover);
    await takePicture(browser, address, 'light', { name: 'welcome', show: async () => undefined });
    await takePicture(browser, address, 'dark', { name: 'welcome', show: async () => undefined });
    await makeRuns(drover, home);
    for (const theme of THEMES) for (const shot of SHOTS) await takePicture(browser, address, theme, shot);
  } finally {
    await browser.close();
    await drover.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function serve(drover: Drover): Promise<string> {
  const child = drover.start(['serve', '--no-open', '--json']);
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return (JSON.parse(line.toString().split('\n')[0] ?? '') as { url: string }).url;
}

/** Finished runs and one with a failure, so that every screen has something to show. */
async function makeRuns(drover: Drover, home: string): Promise<void> {
  const sequences = join(home, 'sequences');
  cpSync(join(root, 'resources/samples'), sequences, { recursive: true });
  const kmers = ['run', '--pipeline', 'kmer-embedding', '--input', sequences, '--devices', 'cpu:4', '--name'];
  await drover.run([...kmers, 'first try', '--plain']);
  await drover.run([...kmers, 'all samples', '--plain', '--param', 'k=4']);
  const { words } = scriptRun(home, { name: 'embedding', script: SCRIPT, files: FILES });
  await once(drover.start([...words, '--devices', 'cpu:4']), 'close');
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
