import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { useConnection } from '../../renderer/store/connection-store.ts';
import { LogPane } from '../../renderer/terminal/log-pane.tsx';
import { RUN } from './rig/made-snapshot.ts';
import { ServedLog } from './rig/served-log.ts';

const LOG = { run: RUN, source: 'worker_0', step: 1 };
const MEGABYTE = 1024 * 1024;
/** No log may keep the page from anything else for longer, on a machine on which others do not work (milliseconds). */
const MOST_HELD_MS = 50;

/** A pane on a log that has this text. */
async function paneOn(text: string): Promise<ServedLog> {
  const log = new ServedLog(LOG);
  if (text !== '') log.append(text);
  useConnection.setState({ client: log.client, status: 'online' });
  onTestFinished(() => {
    useConnection.setState({ client: null });
    log.client.disconnect();
  });
  await render(
    <div style={{ height: 500, display: 'flex' }}>
      <LogPane log={LOG} label="worker 0" emptyText="Nothing yet." />
    </div>,
  );
  return log;
}

const screen = () => document.querySelector<HTMLElement>('.xterm-rows');
/** The lines that are visible. */
const lines = () =>
  [...(screen()?.children ?? [])].map((row) => (row.textContent ?? '').replaceAll('\u00a0', ' ').trimEnd());
const text = () => lines().join('\n');
const newest = page.getByRole('button', { name: /Jump to newest/ });
const colourOf = (word: string) => {
  const span = [...document.querySelectorAll('.xterm-rows span')].find((one) => one.textContent?.includes(word));
  return span === undefined ? '' : getComputedStyle(span).color;
};

describe('a pane', () => {
  it('says that there is nothing yet, then shows what is printed', async () => {
    const log = await paneOn('');
    await expect.element(page.getByText('Nothing yet.')).toBeVisible();
    log.append('first line\n');
    await expect.poll(lines).toContain('first line');
    await expect.element(page.getByText('Nothing yet.')).not.toBeInTheDocument();
  });

  it('follows its log, holds still when it is scrolled up, and comes back to the newest line', async () => {
    const log = await paneOn(Array.from({ length: 500 }, (_, line) => `line ${line}\n`).join(''));
    await expect.poll(lines).toContain('line 499');
    await userEvent.click(page.elementLocator(screen()?.parentElement ?? document.body));
    await userEvent.keyboard('{PageUp}');
    await expect.element(newest).toBeVisible();
    const held = lines();
    log.append('one more\n');
    await expect.poll(() => newest.element().textContent).toContain('9 B more');
    expect(lines()).toEqual(held);
    await userEvent.click(newest);
    await expect.poll(lines).toContain('one more');
  });

  it('leaves no terminal behind', async () => {
    const log = new ServedLog(LOG);
    useConnection.setState({ client: log.client, status: 'online' });
    onTestFinished(() => useConnection.setState({ client: null }));
    for (let turn = 0; turn < 5; turn += 1) {
      const { unmount } = await render(<LogPane log={LOG} label="worker 0" emptyText="Nothing yet." />);
      await expect.poll(() => document.querySelectorAll('.xterm').length).toBe(1);
      await unmount();
      expect(document.querySelectorAll('.xterm')).toHaveLength(0);
    }
  });
});

describe('the page', () => {
  const FINALS = Array.from({ length: 0x7f - 0x40 }, (_, index) => String.fromCharCode(0x40 + index));
  const SEQUENCES = 20_000;
  const TURNS = 5;
  const limit = MOST_HELD_MS * inject('slowness');

  it.each([
    ['huge counts', FINALS.flatMap((final) => [`\u001b[2147483647${final}`, `\u009b2147483647${final}`]).join('x')],
    ['screens scrolled', '\u001b[50S\u001b[50T'.repeat(SEQUENCES)],
    ['lines inserted and deleted', '\u001b[9L\u001b[M'.repeat(SEQUENCES)],
    ['letters repeated', 'x\u001b[999b'.repeat(SEQUENCES)],
    ['the screen erased', '\u001b[J'.repeat(SEQUENCES)],
    ['marks without end on one letter', `e${'\u0301'.repeat(5 * SEQUENCES)}`],
    ['a letter of many marks repeated', `e${'\u0301'.repeat(SEQUENCES)}${'\u001b[999b'.repeat(99)}`],
    ['few marks', 'e\u0301'.repeat(SEQUENCES)],
    ['empty lines', '\n'.repeat(10 * SEQUENCES)],
  ])('is not held up by a log with %s', async (_, printed) => {
    const log = await paneOn('begin\n');
    await expect.poll(lines).toContain('begin');
    let least = Number.POSITIVE_INFINITY;
    // Whatever else the machine does lengthens a task now and then; a log that is too much for the page is so each time.
    for (let turn = 1; turn <= TURNS && least >= limit; turn += 1) {
      const held = await longestTask(async () => {
        log.append(`${printed}\u0018\u001b[0m\n\nend ${turn}\n`);
        await expect.poll(lines).toContain(`end ${turn}`);
      });
      least = Math.min(least, held);
    }
    expect(least).toBeLessThan(limit);
  });
});

/** For how long at a time something kept the page waiting (milliseconds); 0 for less than 50. */
async function longestTask(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  });
  observer.observe({ type: 'longtask' });
  await work();
  observer.disconnect();
  return longest;
}

describe('what a worker prints', () => {
  it('keeps its colours, and overwrites a line as a progress bar does', async () => {
    await paneOn('\u001b[31mred\u001b[0m plain \u001b[32mgreen\u001b[0m\n 10 %\r 50 %\r100 %\n');
    await expect.poll(lines).toContain('red plain green');
    expect(new Set([colourOf('red'), colourOf('plain'), colourOf('green')]).size).toBe(3);
    expect(lines()).toContain('100 %');
    expect(text()).not.toContain('50 %');
  });

  it('reaches neither title nor clipboard, and cannot erase what was printed before', async () => {
    const title = document.title;
    const hostile = [
      '\u001b]0;stolen title\u0007',
      '\u001b]2;stolen title\u001b\\',
      `\u001b]52;c;${btoa('stolen')}\u0007`,
      '\u001b]8;;https://elsewhere.invalid/\u0007a link\u001b]8;;\u0007',
      '\u001b[2J\u001b[3J\u001b[?1049h\u001bc\u001b[?25l\u001b(0',
    ];
    const html = '<img src=x onerror="document.title=1"><b>bold</b>';
    await paneOn(`kept line\n${hostile.join('')}\nafter ${html}\nlast line\n`);
    await expect.poll(lines).toContain('last line');
    expect(lines()).toContain('kept line');
    expect(lines()).toContain(`after ${html}`);
    expect(document.title).toBe(title);
    expect(document.querySelectorAll('.xterm a, .xterm img, .xterm b')).toHaveLength(0);
  });

  it('may be in any script: right to left, emoji made of many parts, wide and combining letters', async () => {
    const samples = ['العربية والعبرية עברית', '👩‍👩‍👧‍👦 🏳️‍🌈 🧬', '配列の長さ', 'e\u0301 n\u0303', 'zero\u200bwidth'];
    await paneOn(`${samples.join('\n')}\nend\n`);
    await expect.poll(lines).toContain('end');
    const shown = text().replaceAll(/\s/g, '');
    for (const sample of samples) expect(shown).toContain(sample.replaceAll(/\s/g, ''));
  });

  it('may be cut anywhere within a letter', async () => {
    const log = await paneOn('');
    log.append('🧬'.repeat(3));
    await expect.poll(text).toContain('🧬🧬🧬');
    log.append('é\n');
    await expect.poll(text).toContain('🧬🧬🧬é');
  });

  it('may be one line of 10 MB: its end is shown, it is read in pieces, and the page stays usable', async () => {
    const log = await paneOn(`begin\n${'ACGT'.repeat((10 * MEGABYTE) / 4)}<end>\nnext line\n`);
    await expect.poll(lines).toContain('next line');
    expect(lines().join('')).toContain('<end>');
    expect(log.longestRead).toBeLessThanOrEqual(MEGABYTE);
    log.append('and on\n');
    await expect.poll(lines).toContain('and on');
  });
});
