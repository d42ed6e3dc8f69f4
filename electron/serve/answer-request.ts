import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Access, isOwnHost, isOwnOrigin } from './access.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { openStaticFile } from './static-files.ts';
import type { Strangers } from './strangers.ts';

const NEEDS_TOKEN =
  'Drover: this page needs its token. Open the address that "drover serve" printed; if you followed a link to this page, reload it.\n';
const WRONG_HOST =
  'Drover: this server answers only to 127.0.0.1 and localhost. Open the address that "drover serve" printed.\n';
const TOO_MANY = 'Drover: there are too many connections; close some of its pages.\n';
const WRONG_ORIGIN = 'Drover: pages of other sites may not use this server.\n';

/** What is needed to answer a request. */
interface Site {
  access: Access;
  strangers: Strangers;
  /** The folder of the pages, absolute, with links resolved. */
  root: string;
}

/** Answers a request of a browser: exchanges the token for a cookie, and sends the files of the page to everyone with the cookie. */
export async function answerRequest(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const { headers, method } = request;
  if (!isOwnHost(headers)) return refuse(response, 403, WRONG_HOST);
  if (headers.origin !== undefined && !isOwnOrigin(headers)) return refuse(response, 403, WRONG_ORIGIN);
  const url = parse(request.url ?? '/');
  if (url === null) return refuse(response, 400, 'Drover: this is not the address of a page.\n');
  if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'Drover: pages can only be read.\n');
  const token = url.searchParams.get('token');
  const hasToken = token !== null && site.access.acceptsToken(token);
  if (!hasToken && (token !== null || !site.access.hasCookie(headers))) return refuse(response, 403, NEEDS_TOKEN);
  if (!site.strangers.markKnown(request.socket)) return refuse(response, 503, TOO_MANY);
  if (hasToken) return exchangeToken(site.access, url, request, response);
  await sendFile(site.root, url.pathname, request, response);
}

/** Parses the path of a request; what a client writes before it is ignored. */
function parse(target: string): URL | null {
  return target.startsWith('/') && URL.canParse(`http://127.0.0.1${target}`)
    ? new URL(`http://127.0.0.1${target}`)
    : null;
}

/** Redirects to the same address without the token, so that the token is neither shown nor kept in the history. */
function exchangeToken(access: Access, url: URL, { headers }: IncomingMessage, response: ServerResponse): void {
  url.searchParams.delete('token');
  // Two slashes at the beginning would name another host.
  const location = url.pathname.replace(/^\/+/, '/') + url.search;
  const common = { 'set-cookie': access.cookie, 'cache-control': 'no-store' };
  // A request from a page elsewhere (also on disk) gets a page of ours that loads the address. A browser does not send a SameSite=Strict cookie
  // with a request that began on another site, not even after a redirect.
  if (headers['sec-fetch-site'] === 'cross-site')
    response.writeHead(200, { ...common, refresh: `0; url=${location}` }).end();
  else response.writeHead(303, { ...common, location }).end();
}

async function sendFile(root: string, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = await openStaticFile(root, path);
  if (file === null) return refuse(response, 404, 'Drover: there is no such page.\n');
  const { handle, size, type, cacheControl } = file;
  response.writeHead(200, { 'content-type': type, 'content-length': size, 'cache-control': cacheControl });
  if (request.method === 'HEAD' || size === 0) {
    await handle.close();
    response.end();
    return;
  }
  // Ends at the announced size, even if the file grows meanwhile; closes the file in any case.
  await pipeline(handle.createReadStream({ end: size - 1 }), response);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  // A refused connection does not keep its place.
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', connection: 'close' };
  response.writeHead(status, headers).end(text);
}
