import { type ComponentType, createElement, type ReactElement, useEffect, useSyncExternalStore } from 'react';
import { PartFailed } from './part-boundary.tsx';

type Loading<P> = { state: 'waiting' } | { state: 'ready'; Part: ComponentType<P> } | { state: 'failed' };

/** A part of the window, and the loading of its code before somebody wants to see it. */
export interface LoadedLater<P> {
  (props: P): ReactElement | null;
  preload: () => void;
}

/**
 * A part of the window whose code is loaded when it is first shown, or before by `preload`. Unlike React's `lazy`, which holds back for 300 ms
 * what comes after a fallback, it is painted as soon as its code is there; and code that cannot be loaded is told in words.
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
            advice="Perhaps Drover was replaced by another version meanwhile. Load the window again; runs go on all the same."
          />
        );
      default:
        return seen satisfies never;
    }
  }
  return Object.assign(Part, { preload });
}
