import { type Session, session, shell, type WebContents } from 'electron';

/** The one thing of this machine that pages may use: writing text to the clipboard when a person asks for it. */
const ALLOWED_PERMISSION = 'clipboard-sanitized-write';

/**
 * Keeps a page where it is: it cannot go elsewhere, open windows or embed other pages. Links to the web open in the person's browser.
 * @param origin where the window's own pages come from
 */
export function guardNavigation(contents: WebContents, origin: string): void {
  contents.on('will-navigate', (event) => {
    // A reload of the own page is no way out.
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

/** Denies every permission but one, and that only to the window's own pages. */
export function guardPermissions(origin: string, guarded: Session = session.defaultSession): void {
  guarded.setPermissionRequestHandler((_contents, permission, decide, { requestingUrl }) => {
    decide(permission === ALLOWED_PERMISSION && originOf(requestingUrl) === origin);
  });
  guarded.setPermissionCheckHandler(
    (_contents, permission, asking) => permission === ALLOWED_PERMISSION && originOf(asking) === origin,
  );
  guarded.setDevicePermissionHandler(() => false);
}

/** The origin of an address, also where the scheme is one of our own, whose `origin` Node gives as `null`. */
export function originOf(address: string): string | null {
  const url = URL.parse(address);
  return url === null || url.host === '' ? null : `${url.protocol}//${url.host}`;
}

/** Only addresses of the web leave: any other scheme may start a program with what the page has made up. */
function openOutside(address: string): void {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return;
  void shell.openExternal(url.href);
}
