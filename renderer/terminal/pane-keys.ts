import { copyText } from '../parts/copy-text.ts';
import type { WorkerTerminal } from './worker-terminal.ts';

/** Executes a key in a pane. @returns whether the key was handled; all others, such as Tab, go to the page */
export function paneKey(event: KeyboardEvent, pane: WorkerTerminal, find: () => void): boolean {
  const { terminal } = pane;
  if (event.ctrlKey || event.metaKey) return commandKey(event.key.toLowerCase(), pane, find);
  if (event.altKey) return false;
  switch (event.key) {
    case 'ArrowUp':
      terminal.scrollLines(-1);
      return true;
    case 'ArrowDown':
      terminal.scrollLines(1);
      return true;
    case 'PageUp':
      terminal.scrollPages(-1);
      return true;
    case 'PageDown':
      terminal.scrollPages(1);
      return true;
    case 'Home':
      terminal.scrollToTop();
      return true;
    case 'End':
      terminal.scrollToBottom();
      return true;
    default:
      return false;
  }
}

function commandKey(key: string, { terminal }: WorkerTerminal, find: () => void): boolean {
  if (key === 'a') {
    terminal.selectAll();
    return true;
  }
  if (key === 'f') {
    find();
    return true;
  }
  if (key !== 'c' || !terminal.hasSelection()) return false;
  void copyText(terminal.getSelection());
  return true;
}
