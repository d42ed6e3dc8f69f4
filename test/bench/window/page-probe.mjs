// Runs in the page before anything else of it: measures what a person would feel. Bench code calls `probe` by name.

/** Resolves when the next frame has been painted: a message that is posted in a frame is handled behind its painting. */
const painted = () =>
  new Promise((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      port2.postMessage(null);
    });
  });

const probe = {
  watching: false,
  longest: 0,
  inputs: [],
  delays: [],

  /** Begins to measure how long the main thread is held up, and how long inputs wait for their paint. */
  watch() {
    probe.longest = 0;
    probe.inputs = [];
    if (probe.watching === true) return;
    probe.watching = true;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) probe.longest = Math.max(probe.longest, duration);
    }).observe({ type: 'longtask' });
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'keydown') probe.inputs.push(duration);
    }).observe({ type: 'event', durationThreshold: 16 });
  },

  /** What `watch` has seen: inputs faster than 16 ms are not told by the browser. */
  seen: () => ({ longest: probe.longest, inputs: probe.inputs }),

  /** Begins to note, for every line `@<ms since 1970>@` that a terminal shows, how long ago it was written when it is painted. */
  watchLines() {
    probe.delays = [];
    const known = new Set();
    const rows = document.querySelector('.xterm-rows');
    const look = async () => {
      const stamps = [...rows.textContent.matchAll(/@(\d+\.\d+)@/g)]
        .map(([, stamp]) => stamp)
        .filter((stamp) => !known.has(stamp));
      for (const stamp of stamps) known.add(stamp);
      if (stamps.length === 0) return;
      const now = performance.timeOrigin + (await painted());
      for (const stamp of stamps) probe.delays.push(now - Number(stamp));
    };
    new MutationObserver(() => void look()).observe(rows, { childList: true, subtree: true, characterData: true });
  },

  /** Milliseconds from doing something until a condition holds and is painted. */
  async until(act, holds) {
    const from = performance.now();
    act();
    while (holds() !== true) await new Promise((resolve) => setTimeout(resolve, 0));
    return (await painted()) - from;
  },

  /** The text of the terminal that is shown. */
  rows: () => document.querySelector('.xterm-rows')?.textContent ?? '',

  /** Milliseconds from clicking an element until the terminal shows a text. */
  clickUntilShown: (element, text) =>
    probe.until(
      () => element.click(),
      () => probe.rows().includes(text),
    ),

  /** Milliseconds from typing into a field until what it changes is painted. */
  async typed(field, text) {
    const from = performance.now();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    return (await painted()) - from;
  },

  async clicked(element) {
    const from = performance.now();
    element.click();
    return (await painted()) - from;
  },

  // What plain pages are measured by, without anything of the window.

  /** Shows in the plain page what its server sends of a file. */
  showLines() {
    const rows = document.querySelector('.xterm-rows');
    return new Promise((resolve) => {
      const source = new EventSource('/lines');
      source.onopen = () => resolve(null);
      source.onmessage = ({ data }) => (rows.textContent = (rows.textContent + data).slice(-4000));
    });
  },

  /** Milliseconds from a click in the plain page until its server has started a program, and that is painted. */
  async started() {
    const note = document.querySelector('p');
    const button = document.querySelector('button');
    const from = performance.now();
    button.onclick = async () => {
      await (await fetch('/start')).text();
      note.textContent = 'started';
    };
    button.click();
    while (note.textContent !== 'started') await new Promise((resolve) => requestAnimationFrame(resolve));
    return performance.now() - from;
  },

  /** Milliseconds for laying out and painting plain text. */
  async laidOut() {
    const rows = document.querySelector('.xterm-rows');
    rows.textContent = '';
    await painted();
    const from = performance.now();
    rows.textContent = Array.from({ length: 5000 }, (_, line) => `line ${line} `.repeat(10)).join('\n');
    rows.getBoundingClientRect();
    return (await painted()) - from;
  },

  /** Objects as a table of items would have them. */
  makePlain(count) {
    probe.plain = Array.from({ length: count }, (_, item) => ({
      file: `/data/genomes/sample-${String((item * 7919) % count).padStart(6, '0')}.fasta`,
      size: item % 1000,
    }));
  },

  async plainFiltered(text) {
    const from = performance.now();
    probe.showPlain(probe.plain.filter(({ file }) => file.includes(text)));
    return (await painted()) - from;
  },

  async plainSorted() {
    const from = performance.now();
    probe.showPlain(probe.plain.toSorted((a, b) => (a.file < b.file ? -1 : 1)));
    return (await painted()) - from;
  },

  showPlain(items) {
    const rows = document.querySelector('.xterm-rows');
    rows.replaceChildren(
      ...items.slice(0, 40).map(({ file, size }) => {
        const row = document.createElement('div');
        row.textContent = `${file} ${size}`;
        return row;
      }),
    );
  },

  /** Shows other objects in each frame, as a list does that holds only what is seen. @returns the time between frames, in milliseconds */
  async plainScrolled(frames) {
    const gaps = [];
    let last = await new Promise((resolve) => requestAnimationFrame(resolve));
    const step = Math.floor(probe.plain.length / frames);
    for (let frame = 0; frame < frames; frame += 1) {
      probe.showPlain(probe.plain.slice(frame * step));
      const now = await new Promise((resolve) => requestAnimationFrame(resolve));
      gaps.push(now - last);
      last = now;
    }
    return gaps;
  },

  /** Scrolls an element through all it holds. @returns the time between frames, in milliseconds */
  async scrolled(element, frames) {
    const gaps = [];
    let last = await new Promise((resolve) => requestAnimationFrame(resolve));
    const step = (element.scrollHeight - element.clientHeight) / frames;
    for (let frame = 0; frame < frames; frame += 1) {
      element.scrollTop += step;
      const now = await new Promise((resolve) => requestAnimationFrame(resolve));
      gaps.push(now - last);
      last = now;
    }
    return gaps;
  },
};

globalThis.probe = probe;
