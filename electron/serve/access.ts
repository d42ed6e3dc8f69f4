import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { OPENING_CODE_MS } from './limits.ts';

/** Size of a token: 256 bits cannot be guessed. */
const TOKEN_BYTES = 32;

/** The names that a browser on this machine, or at the other end of an SSH tunnel, uses for it. A tunnel may have any port. */
const OWN_HOST = /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/;

/**
 * Decides who may use the server: everyone with the token, first in the address and then in a cookie. Requests of other pages on the same
 * machine are refused by Host and Origin, since a browser sends the cookie with them too.
 */
export class Access {
  readonly token = randomBytes(TOKEN_BYTES).toString('base64url');
  /** Browsers share cookies between all ports of a host, so each server uses its own cookie name. */
  readonly cookieName = `drover-${randomBytes(4).toString('hex')}`;
  private opening: { code: string; until: number } | null = null;

  /**
   * Issues a code that replaces the token once, for a short time. Everybody on the machine can see command lines, so the browser must not be
   * started with the token itself.
   */
  issueOpeningCode(): string {
    const code = randomBytes(TOKEN_BYTES).toString('base64url');
    this.opening = { code, until: Date.now() + OPENING_CODE_MS };
    return code;
  }

  /** Whether a text in an address is the token or the opening code. The opening code is valid once. */
  acceptsToken(text: string): boolean {
    if (isSame(text, this.token)) return true;
    const { opening } = this;
    if (opening === null || !isSame(text, opening.code)) return false;
    this.opening = null;
    return Date.now() <= opening.until;
  }

  hasCookie(headers: IncomingHttpHeaders): boolean {
    const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const own = pairs.find((pair) => pair.startsWith(`${this.cookieName}=`));
    return own !== undefined && isSame(own.slice(this.cookieName.length + 1), this.token);
  }

  /** The cookie that replaces the token: pages cannot read it, and requests of other sites do not include it. */
  get cookie(): string {
    return `${this.cookieName}=${this.token}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

/** Whether a request uses a name of this machine: any other name that resolves to it is an attack on the browser's same-origin rule. */
export function isOwnHost(headers: IncomingHttpHeaders): boolean {
  return OWN_HOST.test(headers.host ?? '');
}

/** Whether a request comes from a page of this server. */
export function isOwnOrigin(headers: IncomingHttpHeaders): boolean {
  return headers.origin === `http://${headers.host}`;
}

/** Compares in constant time, whatever the length of the text. */
function isSame(text: string, secret: string): boolean {
  return timingSafeEqual(digest(text), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
