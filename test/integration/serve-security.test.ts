import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startServing } from '../../electron/serve/start-serving.ts';
import { quietEngine } from '../helpers/run-command.ts';
import { endOf, ServeRig } from '../helpers/serve-rig.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

describe('the printed address', () => {
  it('sets a cookie that no page can read and no other site sends, and leaves the token behind', async () => {
    const rig = await ServeRig.start();
    const token = new URL(rig.serving.url).searchParams.get('token');
    const answer = await rig.get(`/?token=${token}&theme=dark`, {});
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/?theme=dark');
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^drover-[0-9a-f]{8}=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    expect(new URL(rig.serving.url).hostname).toBe('127.0.0.1');
    const page = await rig.get('/');
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<title>Drover') });
  });

  it('never leads to another host', async () => {
    const rig = await ServeRig.start();
    const token = new URL(rig.serving.url).searchParams.get('token');
    for (const path of ['//evil.example/', '///evil.example/', '/\\evil.example/']) {
      const { headers } = await rig.get(`${path}?token=${token}`, {});
      expect(new URL(headers.location ?? '', rig.origin).origin).toBe(rig.origin);
    }
  });

  it('for the browser that is opened works once', async () => {
    const rig = await ServeRig.start();
    const { search } = new URL(rig.serving.openingUrl());
    expect(search).not.toBe(new URL(rig.serving.url).search);
    const first = await rig.get(`/${search}`, {});
    expect(first).toMatchObject({ status: 303, headers: { 'set-cookie': [expect.stringContaining(rig.cookie)] } });
    expect((await rig.get(`/${search}`, {})).status).toBe(403);
  });

  it('goes on from a page of its own for a browser that comes from elsewhere', async () => {
    const rig = await ServeRig.start();
    const { search } = new URL(rig.serving.openingUrl());
    const answer = await rig.get(`/${search}`, { 'sec-fetch-site': 'cross-site' });
    expect(answer).toMatchObject({ status: 200, body: '', headers: { refresh: '0; url=/' } });
    expect(answer.headers['set-cookie']).toEqual([expect.stringContaining(rig.cookie)]);
  });
});

describe('a page is refused', () => {
  it.each([
    ['without a cookie', {}],
    ['with an empty cookie', { cookie: '' }],
    ['with a wrong cookie', { cookie: 'drover-00000000=AAAA' }],
  ])('%s, and the answer says where to go', async (_, headers) => {
    const rig = await ServeRig.start();
    const answer = await rig.get('/', headers);
    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining('drover serve') });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('with another token, another value of the cookie, or a part of it', async () => {
    const rig = await ServeRig.start();
    const token = new URL(rig.serving.url).searchParams.get('token') ?? '';
    for (const wrong of ['', 'x', token.slice(1), `${token}x`, token.toLowerCase(), `${token}%00`]) {
      expect((await rig.get(`/?token=${wrong}`, {})).status).toBe(403);
      // A wrong token is refused even with the cookie: somebody sent this address.
      expect((await rig.get(`/?token=${wrong}`)).status).toBe(403);
    }
    for (const wrong of [rig.cookie.slice(0, -1), `${rig.cookie}x`, rig.cookie.replace('=', '')])
      expect((await rig.get('/', { cookie: wrong })).status).toBe(403);
  });

  it.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:80',
    '10.0.0.1',
    '[::1]',
    '127.0.0.1:8x',
    '0.0.0.0',
  ])('for the host %s', async (host) => {
    const rig = await ServeRig.start();
    const token = new URL(rig.serving.url).searchParams.get('token');
    expect((await rig.get('/', { cookie: rig.cookie, host })).status).toBe(403);
    expect((await rig.get(`/?token=${token}`, { host })).headers['set-cookie']).toBeUndefined();
    expect(await endOf(rig.socket({ host, origin: `http://${host}` }))).toEqual({ status: 403 });
  });

  it('to pages of other sites', async () => {
    const rig = await ServeRig.start();
    for (const origin of ['http://evil.example', 'null', `https://127.0.0.1:${rig.serving.port}`, 'http://127.0.0.1:1'])
      expect((await rig.get('/', { cookie: rig.cookie, origin })).status).toBe(403);
    expect((await rig.get('/', { cookie: rig.cookie, origin: rig.origin })).status).toBe(200);
  });

  it('to everything that does not only read', async () => {
    const rig = await ServeRig.start();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await rig.get('/', { cookie: rig.cookie }, method)).status).toBe(405);
    const head = await rig.get('/', { cookie: rig.cookie }, 'HEAD');
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'content-length': '36' } });
  });
});

describe('through a tunnel', () => {
  it('the page is reached by the name and port that the browser knows', async () => {
    const rig = await ServeRig.start();
    for (const host of ['localhost:9000', '127.0.0.1:9000']) {
      expect((await rig.get('/', { cookie: rig.cookie, host })).status).toBe(200);
      const socket = rig.socket({ host, origin: `http://${host}` });
      await new Promise((resolve) => socket.once('open', resolve));
    }
  });
});

describe('the files of the page', () => {
  it('come with their types and with headers that keep everything else out', async () => {
    const rig = await ServeRig.start();
    const page = await rig.get('/');
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("script-src 'self';"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-cache',
    });
    expect(page.headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe|\*|http:/);
    const script = await rig.get('/assets/main-1a2b.js?x=1');
    expect(script).toMatchObject({ status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' } });
    const refused = await rig.get('/', {});
    expect(refused.headers['content-security-policy']).toBe(page.headers['content-security-policy']);
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/%252e%252e/secret.txt',
    '//../secret.txt',
    '/index.html%00.js',
    '/%',
    '/%c0%ae%c0%ae/secret.txt',
    '/C:/secret.txt',
    '/assets',
    '/assets/',
    '/nothing.js',
  ])('do not include %s', async (path) => {
    const rig = await ServeRig.start();
    const answer = await rig.get(path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.body).not.toContain('nobody');
  });

  it('do not include what a link leads to outside of their folder', async () => {
    const rig = await ServeRig.start();
    symlinkSync(join(rig.folder, 'secret.txt'), join(rig.root, 'link.txt'));
    symlinkSync(rig.folder, join(rig.root, 'up'));
    writeFileSync(join(rig.root, 'inside.txt'), 'inside');
    symlinkSync(join(rig.root, 'inside.txt'), join(rig.root, 'own.txt'));
    expect((await rig.get('/link.txt')).status).toBe(404);
    expect((await rig.get('/up/secret.txt')).status).toBe(404);
    expect((await rig.get('/own.txt')).body).toBe('inside');
  });

  it('that are not built are told of before anything is served', async () => {
    const folder = temporaryFolder();
    const engine = quietEngine(join(folder, 'home'));
    const started = await startServing({ engine, root: folder, port: 0 });
    expect(started).toMatchObject({
      ok: false,
      error: { reason: 'cannot-start', advice: expect.stringContaining('build') },
    });
    await engine.close();
  });
});

describe('a WebSocket is refused', () => {
  it.each([
    ['without a cookie', { cookie: '' }],
    ['with a wrong cookie', { cookie: 'drover-00000000=AAAA' }],
    ['from a page of another site', { origin: 'http://evil.example' }],
    ['from a page of another server of this machine', { origin: 'http://127.0.0.1:1' }],
    ['from a page without an origin', { origin: 'null' }],
  ])('%s', async (_, headers) => {
    const rig = await ServeRig.start();
    expect(await endOf(rig.socket(headers))).toEqual({ status: 403 });
    expect((await rig.page()).socket.readyState).toBe(1);
  });

  it('at another path', async () => {
    const rig = await ServeRig.start();
    expect(await endOf(rig.socket({}, '/'))).toEqual({ status: 404 });
    expect(await endOf(rig.socket({}, '/rpc/../x'))).toEqual({ status: 404 });
  });
});

describe('the port', () => {
  it('that is in use is told of', async () => {
    const rig = await ServeRig.start();
    const engine = quietEngine(join(rig.folder, 'other'));
    const second = await startServing({ engine, root: rig.root, port: rig.serving.port });
    expect(second).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining(String(rig.serving.port)), advice: expect.stringContaining('--port') },
    });
    await engine.close();
  });
});
