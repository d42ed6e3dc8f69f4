import { describe, expect, it, vi } from 'vitest';
import { Access, isOwnHost, isOwnOrigin } from '../../../../electron/serve/access.ts';
import { OPENING_CODE_MS } from '../../../../electron/serve/limits.ts';

describe('access', () => {
  it('has another token and another cookie for each server', () => {
    const [one, other] = [new Access(), new Access()];
    expect(one.token).not.toBe(other.token);
    expect(one.cookieName).not.toBe(other.cookieName);
    expect(other.hasCookie({ cookie: one.cookie })).toBe(false);
  });

  it('finds its cookie among those of other programs', () => {
    const access = new Access();
    const own = `${access.cookieName}=${access.token}`;
    expect(access.hasCookie({ cookie: `a=b; ${own}; ${access.cookieName}x=y` })).toBe(true);
    expect(access.hasCookie({ cookie: `a=${own}` })).toBe(false);
    expect(access.hasCookie({})).toBe(false);
  });

  it('takes an opening code once and not for long, and only the latest', () => {
    vi.useFakeTimers();
    const access = new Access();
    const first = access.issueOpeningCode();
    const second = access.issueOpeningCode();
    expect(access.acceptsToken(first)).toBe(false);
    expect(access.acceptsToken(second)).toBe(true);
    expect(access.acceptsToken(second)).toBe(false);
    const late = access.issueOpeningCode();
    vi.advanceTimersByTime(OPENING_CODE_MS + 1);
    expect(access.acceptsToken(late)).toBe(false);
    expect(access.acceptsToken(access.token)).toBe(true);
    vi.useRealTimers();
  });

  it('is for this machine by its own names only', () => {
    for (const host of ['127.0.0.1', '127.0.0.1:80', 'localhost:8123']) expect(isOwnHost({ host })).toBe(true);
    for (const host of ['', 'evil.example', 'localhost.', '127.0.0.1:', '127.0.0.1@evil.example', 'LOCALHOST:1x'])
      expect(isOwnHost({ host })).toBe(false);
    expect(isOwnHost({})).toBe(false);
    expect(isOwnOrigin({ host: 'localhost:1', origin: 'http://localhost:1' })).toBe(true);
    expect(isOwnOrigin({ host: 'localhost:1', origin: 'http://localhost:2' })).toBe(false);
    expect(isOwnOrigin({ host: 'localhost:1' })).toBe(false);
  });
});
