/**
 * The preload script's own world in a page: gives it the `electron` that a preload in a sandbox may require. Runs as its own text.
 * @param settings names that the page cannot guess: `prefix` of the bridge's events, `binding` to the main process
 * @param values writes and reads what goes to the main process
 * @param preload the script, as a function
 */
export function preloadWorld({ prefix, binding, platform }, { pack, unpack }, preload) {
  if (window !== window.top) return;
  const tell = (message) => globalThis[binding](JSON.stringify(message));
  const questions = new Map();
  const ports = new Map();
  const functions = [];
  let lastId = 0;
  const nextId = () => {
    lastId += 1;
    return lastId;
  };

  const adopt = (port) => {
    const id = nextId();
    ports.set(id, port);
    port.onmessage = ({ data }) => tell({ type: 'port', id, value: pack(data) });
    port.addEventListener('close', () => ports.delete(id) && tell({ type: 'port-end', id }));
    return id;
  };
  const listeners = [];
  const ipcRenderer = {
    on: (channel, listener) => listeners.push({ channel, listener }),
    send: (channel, ...sent) => tell({ type: 'send', channel, values: sent.map(pack) }),
    postMessage: (channel, message, transfer = []) =>
      tell({ type: 'post', channel, values: [pack(message)], ports: transfer.map(adopt) }),
    invoke(channel, ...sent) {
      const { promise, resolve, reject } = Promise.withResolvers();
      const id = nextId();
      questions.set(id, { resolve, reject });
      tell({ type: 'invoke', id, channel, values: sent.map(pack) });
      return promise;
    },
  };

  const receive = {
    answer({ id, value, error }) {
      const { resolve, reject } = questions.get(id);
      questions.delete(id);
      if (error === undefined) resolve(unpack(value));
      else reject(new Error(error));
    },
    send({ channel, values }) {
      for (const known of listeners) if (known.channel === channel) known.listener({}, ...values.map(unpack));
    },
    port: ({ id, value }) => ports.get(id)?.postMessage(unpack(value)),
    'port-end'({ id }) {
      ports.get(id)?.close();
      ports.delete(id);
    },
  };
  Object.defineProperty(globalThis, `${binding}Receive`, { value: (message) => receive[message.type](message) });

  const fire = (name, detail) => window.dispatchEvent(new CustomEvent(prefix + name, { detail }));
  const inWords = (error) => (error instanceof Error ? error.message : String(error));
  window.addEventListener(`${prefix}call`, ({ detail: { id, values } }) => {
    try {
      const value = functions[id](...values);
      if (typeof value?.then !== 'function') return fire('reply', { value });
      const promise = nextId();
      fire('reply', { promise });
      value.then(
        (settled) => fire('settle', { promise, value: settled }),
        (error) => fire('settle', { promise, error: inWords(error) }),
      );
    } catch (error) {
      fire('reply', { error: inWords(error) });
    }
  });
  window.addEventListener(`${prefix}open`, ({ detail: { url } }) => tell({ type: 'open', url }));
  const contextBridge = {
    exposeInMainWorld(name, exposed) {
      const entries = Object.entries(exposed);
      const isFunction = ([, value]) => typeof value === 'function';
      const plain = entries.filter((entry) => !isFunction(entry));
      const callable = entries.filter(isFunction).map(([key, value]) => [key, functions.push(value) - 1]);
      fire('expose', { name, values: Object.fromEntries(plain), functions: Object.fromEntries(callable) });
    },
  };

  const electron = { ipcRenderer, contextBridge, webUtils: { getPathForFile: (file) => file.name } };
  const require = (name) => {
    if (name === 'electron') return electron;
    throw new Error(`module not found: ${name}`);
  };
  tell({ type: 'hello', url: location.href });
  preload(require, { exports: {} }, {}, { platform, versions: {}, env: {}, type: 'renderer', sandboxed: true });
}
