const handlers = new Map();

/** Electron's `protocol`: addresses with a scheme of the app's own are answered by the app. */
export const protocol = {
  registerSchemesAsPrivileged(schemes) {
    for (const { scheme } of schemes) handlers.set(scheme, null);
  },
  handle: (scheme, handler) => void handlers.set(scheme, handler),
  unhandle: (scheme) => void handlers.set(scheme, null),
  isProtocolHandled: (scheme) => (handlers.get(scheme) ?? null) !== null,
};

/** Chromium knows no schemes of an app's own: `app://host/path` is shown to it as an address that no server has. */
const PAGE_ADDRESS = /^https:\/\/(.*)\.([a-z0-9+-]+)\.standin\.invalid(.*)$/s;
export const INTERCEPTED = 'https://*.standin.invalid/*';

/** An address of the app as Chromium gets it. */
export function toPageAddress(address) {
  const { protocol: scheme, host, pathname, search, hash } = new URL(address);
  const name = scheme.slice(0, -1);
  return handlers.has(name) ? `https://${host}.${name}.standin.invalid${pathname}${search}${hash}` : address;
}

/** An address as the app knows it. */
export function toAppAddress(address) {
  const [, host, scheme, rest] = PAGE_ADDRESS.exec(address) ?? [];
  return scheme === undefined ? address : `${scheme}://${host}${rest}`;
}

/** Lets the app answer a request. @returns null when it does not */
export async function answerRequest({ url, method, headers, postData }) {
  const address = toAppAddress(url);
  const handler = handlers.get(new URL(address).protocol.slice(0, -1)) ?? null;
  if (handler === null) return null;
  const sent = postData === undefined ? {} : { body: postData };
  const request = new Request(address, { method, headers, ...sent });
  const response = await handler(request);
  return {
    responseCode: response.status,
    responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  };
}
