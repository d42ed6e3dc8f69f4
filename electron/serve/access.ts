import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { OPENING_CODE_MS } from './limits.ts';

/** Of a token, in bytes: nobody guesses 256 bits. */
const TOKEN_BYTES = 32;

/** Names that a browser on this machine, or at the other end of an SSH tunnel, calls it by. A tunnel may have any port. */
const OWN_HOST = /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/;

/**
 * Who may use the server: whoever has the token, in the address at first and in a cookie from then on. Pages of others on the same machine
 * are kept out by Host and Origin, since a browser sends its cookie along with their requests too.
 */
export class Access {
  readonly token = randomBytes(TOKEN_BYTES).toString('base64url');
  /** Browsers keep one jar of cookies for all ports of a host, so each server has a name of its own. */
  readonly cookieName = `drover-${randomBytes(4).toString('hex')}`;
  private opening: { code: string; until: number } | null = null;

  /**
   * A code that stands in for the token once, and not for long: command lines can be seen by everybody on the machine, so the browser is not
   * started with the token.
   */
  issueOpeningCode(): string {
    const code = randomBytes(TOKEN_BYTES).toString('base64url');
    this.opening = { code, until: Date.now() + OPENING_CODE_MS };
    return code;
  }

  /** Whether a text in an address is the token, or the opening code, which is used up by that. */
  takesToken(text: string): boolean {
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

  /** The cookie that is set in exchange for the token: pages cannot read it, other sites do not send it. */
  get cookie(): string {
    return `${this.cookieName}=${this.token}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

/** Whether a request is meant for this machine by its name: another name that leads here is an attack on the browser's same-origin rule. */
export function isOwnHost(headers: IncomingHttpHeaders): boolean {
  return OWN_HOST.test(headers.host ?? '');
}

/** Whether a request comes from a page of this server. */
export function isOwnOrigin(headers: IncomingHttpHeaders): boolean {
  return headers.origin === `http://${headers.host}`;
}

/** In the same time for every wrong text, of whatever length. */
function isSame(text: string, secret: string): boolean {
  return timingSafeEqual(digest(text), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
