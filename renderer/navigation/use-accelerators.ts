import { useEffect } from 'react';
import { goTo } from '../store/layout-store.ts';
import { isAccelerator, onMac } from './accelerators.ts';
import { NAVIGATION } from './pages.ts';

/** Opens the pages of the navigation by their keys, wherever the focus is, except while a dialog waits for an answer. */
export function useAccelerators(): void {
  useEffect(() => {
    const open = (event: KeyboardEvent): void => {
      const entry = NAVIGATION.find(({ accelerator }) => isAccelerator(event, accelerator, onMac));
      if (entry === undefined || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      goTo(entry.route);
    };
    addEventListener('keydown', open);
    return () => removeEventListener('keydown', open);
  }, []);
}
