import type { Route } from '../store/route.ts';

/** A page of the window with a link in the sidebar. */
export interface NavigationEntry {
  id: string;
  title: string;
  route: Route;
  /** With the platform's main modifier (Ctrl, or Cmd on a Mac): `Shift+H`, `,`. */
  accelerator: string;
  /** The shape of its icon: path data in a square of 16 by 16, drawn as a line. */
  sign: string;
}

/** The pages beside the runs, in the order of the sidebar. A page is added here, in `store/route.ts` and in the switch of `app.tsx`. */
export const NAVIGATION: readonly NavigationEntry[] = [
  {
    id: 'history',
    title: 'History',
    route: { page: 'history' },
    accelerator: 'Shift+H',
    sign: 'M2.5 8a5.5 5.5 0 1 0 1.8-4.1M2.5 2.5v3h3M8 5v3.2l2.2 1.4',
  },
  {
    id: 'analysis',
    title: 'Analysis',
    route: { page: 'analysis' },
    accelerator: 'Shift+A',
    sign: 'M2.5 13.5h11M4.5 11V7M8 11V3M11.5 11V5.5',
  },
  {
    id: 'devices',
    title: 'Devices',
    route: { page: 'devices' },
    accelerator: 'Shift+D',
    sign: 'M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14',
  },
  {
    id: 'settings',
    title: 'Settings',
    route: { page: 'settings' },
    accelerator: ',',
    sign: 'M2 4.5h6.5M12 4.5h2M2 11.5h2M7.5 11.5H14M10.3 2.7a1.8 1.8 0 1 1 0 3.6a1.8 1.8 0 0 1 0-3.6M5.7 9.7a1.8 1.8 0 1 1 0 3.6a1.8 1.8 0 0 1 0-3.6',
  },
];
