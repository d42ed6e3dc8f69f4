import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { WebSocket } from 'ws';
import { decodeMessage, encodeMessage } from '../../shared/contract/message-codec.ts';
import { EngineRig } from '../helpers/engine-rig.ts';
import { endOf, ServeRig } from '../helpers/serve-rig.ts';
import { until } from '../helpers/until.ts';
import { valueOf } from '../helpers/value-of.ts';

async function opened(socket: WebSocket): Promise<WebSocket> {
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

/** A connection that says nothing by itself. */
function connection(rig: ServeRig): Socket {
  const socket = connect(rig.serving.port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** All that comes until the server ends it. */
async function untilEnd(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

describe('whoever is slow', () => {
  it('with the headers of a request is cut off, and others are served meanwhile', async () => {
    const rig = await ServeRig.start({ limits: { headersMs: 200 } });
    const slow = connection(rig);
    slow.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n');
    const drip = setInterval(() => slow.write('X-Slow: 1\r\n'), 20);
    onTestFinished(() => clearInterval(drip));
    const ended = untilEnd(slow);
    expect((await rig.get('/')).status).toBe(200);
    expect(await ended).toMatch(/^HTTP\/1\.1 408|^$/);
  });

  it('with a first word is cut off', async () => {
    const rig = await ServeRig.start({ limits: { idleMs: 100 } });
    expect(await untilEnd(connection(rig))).toBe('');
  });

  it('with the body of a request is cut off', async () => {
    const rig = await ServeRig.start({ limits: { headersMs: 100, requestMs: 200 } });
    const slow = connection(rig);
    slow.write(`POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${rig.cookie}\r\nContent-Length: 1000\r\n\r\n`);
    const drip = setInterval(() => slow.write('x'), 20);
    onTestFinished(() => clearInterval(drip));
    expect(await untilEnd(slow)).toContain('HTTP/1.1 405');
  });
});

describe('whoever sends too much', () => {
  it('in headers is refused', async () => {
    const rig = await ServeRig.start({ limits: { headerBytes: 2_000 } });
    expect((await rig.get('/', { cookie: rig.cookie, 'x-large': 'x'.repeat(3_000) })).status).toBe(431);
  });

  it('in one message is cut off, and others are not', async () => {
    const rig = await ServeRig.start({ limits: { messageBytes: 1_000 } });
    const other = await rig.page();
    const socket = await opened(rig.socket());
    socket.send(Buffer.alloc(1_001));
    expect(await endOf(socket)).toEqual({ code: 1009 });
    expect(valueOf(await other.client.about({})).platform).toBe(process.platform);
  });

  it('in calls at once is cut off', async () => {
    const rig = await ServeRig.start({ limits: { openCalls: 5 } });
    const socket = await opened(rig.socket());
    for (let call = 0; call < 20; call += 1)
      socket.send(encodeMessage({ t: 'q', m: 'devices', a: [{}], i: `${call}` }));
    expect(await endOf(socket)).toEqual({ code: 1008 });
  });

  it('in pages is refused, until one has gone', async () => {
    const rig = await ServeRig.start({ limits: { clients: 1 } });
    const first = await rig.page();
    expect(await endOf(rig.socket())).toEqual({ status: 503 });
    first.socket.close();
    await endOf(first.socket);
    expect((await rig.page()).socket.readyState).toBe(1);
  });

  it('in connections without the cookie loses the oldest, and the owner keeps theirs', async () => {
    const rig = await ServeRig.start({ limits: { strangers: 3, crowd: 3 } });
    const owner = await rig.page();
    const held = [connection(rig), connection(rig), connection(rig)];
    await Promise.all(held.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    // The server takes connections in the order in which they come.
    const [oldest, ...others] = held as [Socket, Socket, Socket];
    const ended = untilEnd(oldest);
    expect((await rig.get('/')).status).toBe(200);
    expect(await ended).toBe('');
    expect(others.map(({ destroyed }) => destroyed)).toEqual([false, false]);
    expect(valueOf(await owner.client.about({})).platform).toBe(process.platform);
  });

  it('in connections that come all at once leaves each the moment in which an owner shows who they are', async () => {
    const rig = await ServeRig.start({ limits: { strangers: 3, strangerMs: 60_000 } });
    const slow = connection(rig);
    await new Promise((resolve) => slow.once('connect', resolve));
    const many = Array.from({ length: 30 }, () => connection(rig));
    await Promise.all(many.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    // Behind all of them, when the server has taken them.
    expect((await rig.get('/')).status).toBe(200);
    const answer = untilEnd(slow);
    slow.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${rig.serving.port}\r\nConnection: close\r\n\r\n`);
    expect(await answer).toMatch(/^HTTP\/1\.1 403 /);
    for (const socket of many) socket.destroy();
  });

  it('in connections with slow headers does not lock the owner out', async () => {
    const rig = await ServeRig.start();
    let flooding = true;
    const flood = (): void => {
      if (!flooding) return;
      const socket = connection(rig);
      socket.write('GET / HTTP/1.1\r\nHost: x\r\nX: ');
      socket.once('close', () => setTimeout(flood, 5));
    };
    for (let stranger = 0; stranger < 300; stranger += 1) flood();
    try {
      for (let turn = 0; turn < 10; turn += 1) expect((await rig.get('/')).status).toBe(200);
      expect(valueOf(await (await rig.page()).client.about({})).platform).toBe(process.platform);
    } finally {
      flooding = false;
    }
  });

  it('in connections with the cookie is told so', async () => {
    const rig = await ServeRig.start({ limits: { connections: 1 } });
    const page = await rig.page();
    expect((await rig.get('/')).status).toBe(503);
    expect(await endOf(rig.socket())).toEqual({ status: 503 });
    page.socket.close();
    await endOf(page.socket);
    await until(async () => (await rig.get('/')).status === 200);
  });

  it.each([
    ['without a number', { t: 'q', m: 'devices', a: [{}] }],
    ['with an empty number', { t: 'q', m: 'devices', a: [{}], i: '' }],
    ['with a number that is none', { t: 'q', m: 'devices', a: [{}], i: 7 }],
  ])('in calls %s, which nothing would count, is cut off', async (_, message) => {
    const rig = await ServeRig.start();
    const socket = await opened(rig.socket());
    socket.send(encodeMessage(message));
    expect(await endOf(socket)).toEqual({ code: 1007 });
  });

  it('in signs of life asked for, without taking them, is cut off', async () => {
    const rig = await ServeRig.start({ limits: { waitingBytes: 1024 * 1024 } });
    const socket = await opened(rig.socket());
    socket.on('pong', () => undefined);
    const closed = endOf(socket);
    socket.pause();
    const ask = setInterval(() => {
      for (let count = 0; count < 2_000; count += 1) socket.ping(Buffer.alloc(125));
    }, 1);
    onTestFinished(() => clearInterval(ask));
    await until(() => rig.serving.clients() === 0, 'the client to be cut off');
    clearInterval(ask);
    socket.resume();
    expect(await closed).toHaveProperty('code');
  });

  it('asks for a sign of life and gets it', async () => {
    const socket = await opened((await ServeRig.start()).socket());
    const answered = once(socket, 'pong') as Promise<[Buffer]>;
    socket.ping('there?');
    expect(String((await answered)[0])).toBe('there?');
  });
});

describe('whoever sends garbage', () => {
  const call = { t: 'q', m: 'about', a: [{}], i: '1' };
  it.each<[string, Buffer | string, number]>([
    ['text', JSON.stringify(call), 1003],
    ['nothing', Buffer.alloc(0), 1007],
    ['what is no MessagePack', Buffer.from([0xc1]), 1007],
    ['an array that announces gigabytes', Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff]), 1007],
    ['arrays in arrays without end', Buffer.alloc(100_000, 0x91), 1007],
    ['no object', Buffer.from(encodeMessage(null)), 1007],
    ['an answer that nobody asked for', Buffer.from(encodeMessage({ t: 's', i: '1', r: 1 })), 1007],
    ['a call without arguments', Buffer.from(encodeMessage({ t: 'q', m: 'about', i: '1' })), 1007],
    ['a key that changes objects', Buffer.from([0x81, 0xa9, ...Buffer.from('__proto__'), 0x80]), 1007],
    ['more after a call', Buffer.concat([encodeMessage(call), Buffer.from([0])]), 1007],
  ])('such as %s loses its connection, and nobody else', async (_, data, code) => {
    const rig = await ServeRig.start();
    const other = await rig.page();
    const socket = await opened(rig.socket());
    socket.send(data);
    expect(await endOf(socket)).toEqual({ code });
    expect(valueOf(await other.client.about({})).platform).toBe(process.platform);
  });

  it('in place of frames loses its connection', async () => {
    const rig = await ServeRig.start();
    const socket = connection(rig);
    const headers = ['Host: 127.0.0.1', 'Origin: http://127.0.0.1', `Cookie: ${rig.cookie}`, 'Upgrade: websocket'];
    const more = ['Connection: Upgrade', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='];
    socket.write(`GET /rpc HTTP/1.1\r\n${[...headers, ...more].join('\r\n')}\r\n\r\n`);
    socket.once('data', () => socket.write(Buffer.alloc(64, 0xff)));
    expect(await untilEnd(socket)).toContain('HTTP/1.1 101');
    expect((await rig.page()).socket.readyState).toBe(1);
  });

  it('calls what no engine has, and gets an error', async () => {
    const socket = await opened((await ServeRig.start()).socket());
    for (const name of [
      'constructor',
      'toString',
      '__proto__',
      '__defineGetter__',
      'ownRun',
      'close',
      'openClient',
      '',
    ]) {
      const answered = once(socket, 'message') as Promise<[Buffer]>;
      socket.send(encodeMessage({ t: 'q', m: name, a: [{}, {}], i: `call ${name}` }));
      const [answer] = await answered;
      expect(decodeMessage(answer)).toMatchObject({ t: 's', i: `call ${name}`, e: expect.any(Error) });
    }
  });
});

describe('whoever stops reading', () => {
  it('is cut off when too much waits for it', async () => {
    const rig = new EngineRig();
    const script = 'seq 300000; echo x > "$1"';
    const step = { dispatch: 'each', command: ['sh', '-c', script, 'sh', '{output}'], outputs: ['{stem}.out'] };
    const run = await rig.run({ steps: [step] });
    const served = await ServeRig.start({ engine: rig.engine, limits: { waitingBytes: 8 * 1024 * 1024 } });
    const { socket, client } = await served.page();
    const other = await served.page();
    socket.pause();
    const read = (offset: number): Promise<unknown> =>
      client.readLog({ run: run.id, source: 'worker_0', offset, length: 1024 * 1024 }).catch(() => 'lost');
    const answers = Array.from({ length: 60 }, () => read(0));
    // The socket learns of its end only when it reads on.
    await until(() => served.serving.clients() === 1, 'the silent page to be cut off');
    socket.resume();
    await endOf(socket);
    client.disconnect();
    expect(await Promise.all(answers)).toContain('lost');
    expect(valueOf(await other.client.about({})).platform).toBe(process.platform);
  });

  it('and says nothing is cut off after two heartbeats', async () => {
    const rig = await ServeRig.start({ limits: { heartbeatMs: 50 } });
    const silent = await opened(rig.socket());
    silent.pause();
    const other = await rig.page();
    await until(() => rig.serving.clients() === 1, 'the silent page to be cut off');
    expect(valueOf(await other.client.about({})).platform).toBe(process.platform);
  });
});
