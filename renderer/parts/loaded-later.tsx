import { type ComponentType, createElement, type ReactElement, useEffect, useSyncExternalStore } from 'react';
import { PartFailed } from './part-boundary.tsx';

type Loading<P> = { state: 'waiting' } | { state: 'ready'; Part: ComponentType<P> } | { state: 'failed' };

/** A part of the window, and a function that preloads its code. */
export interface LoadedLater<P> {
  (props: P): ReactElement | null;
  preload: () => void;
}

/**
 * Makes a part of the window whose code is loaded when it is first shown, or earlier by `preload`. React's `lazy` delays what follows a
 * fallback by 300 ms. This part is painted as soon as its code is loaded, and code that cannot be loaded is reported in a message.
 */
export function loadedLater<P extends object>(load: () => Promise<ComponentType<P>>): LoadedLater<P> {
  let loading: Loading<P> = { state: 'waiting' };
  let isAsked = false;
  const listeners = new Set<() => void>();
  const settle = (settled: Loading<P>): void => {
    loading = settled;
    for (const listener of listeners) listener();
  };
  const preload = (): void => {
    if (isAsked) return;
    isAsked = true;
    load().then(
      (Part) => settle({ state: 'ready', Part }),
      () => settle({ state: 'failed' }),
    );
  };
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const read = (): Loading<P> => loading;

  function Part(props: P): ReactElement | null {
    const seen = useSyncExternalStore(subscribe, read);
    useEffect(preload, []);
    switch (seen.state) {
      case 'waiting':
        return null;
      case 'ready':
        return createElement(seen.Part, props);
      case 'failed':
        return (
          <PartFailed
            message="The code of this page could not be loaded."
            advice="Drover may have been replaced by another version. Reload the window; runs continue."
          />
        );
      default:
        return seen satisfies never;
    }
  }
  return Object.assign(Part, { preload });
}
