import { type Session, session, shell, type WebContents } from 'electron';

/** The only permission that pages get: writing text to the clipboard when a person asks for it. */
const ALLOWED_PERMISSION = 'clipboard-sanitized-write';

/**
 * Prevents a page from navigating elsewhere, opening windows and embedding other pages. Links to the web open in the person's browser.
 * @param origin the origin of the window's own pages
 */
export function guardNavigation(contents: WebContents, origin: string): void {
  contents.on('will-navigate', (event) => {
    // A reload of the own page stays on its origin.
    if (originOf(event.url) === origin) return;
    event.preventDefault();
    openOutside(event.url);
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (originOf(event.url) !== origin) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
}

/** Denies every permission but one, which only the window's own pages get. */
export function guardPermissions(origin: string, guarded: Session = session.defaultSession): void {
  guarded.setPermissionRequestHandler((_contents, permission, decide, { requestingUrl }) => {
    decide(permission === ALLOWED_PERMISSION && originOf(requestingUrl) === origin);
  });
  guarded.setPermissionCheckHandler(
    (_contents, permission, asking) => permission === ALLOWED_PERMISSION && originOf(asking) === origin,
  );
  guarded.setDevicePermissionHandler(() => false);
}

/** Returns the origin of an address, also for our own scheme, for which Node reports the origin `null`. */
export function originOf(address: string): string | null {
  const url = URL.parse(address);
  return url === null || url.host === '' ? null : `${url.protocol}//${url.host}`;
}

/** Opens only addresses of the web: any other scheme could start a program with arguments from the page. */
function openOutside(address: string): void {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return;
  void shell.openExternal(url.href);
}
