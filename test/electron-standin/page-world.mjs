/**
 * The page's own side of the bridge; runs before any script of the page, as its own text. Functions that the preload script exposes are
 * called by events, which both worlds of a page see.
 * @param {string} prefix of the names of those events, which the page cannot guess
 */
export function pageWorld(prefix) {
  const waiting = new Map();
  let reply;
  const toFunction =
    (id) =>
    (...values) => {
      reply = undefined;
      window.dispatchEvent(new CustomEvent(`${prefix}call`, { detail: { id, values } }));
      if (reply === undefined) throw new Error('The preload script did not answer');
      if (reply.error !== undefined) throw new Error(reply.error);
      if (reply.promise === undefined) return reply.value;
      const { promise, resolve, reject } = Promise.withResolvers();
      waiting.set(reply.promise, { resolve, reject });
      return promise;
    };
  window.addEventListener(`${prefix}reply`, ({ detail }) => {
    reply = detail;
  });
  window.addEventListener(`${prefix}settle`, ({ detail: { promise, value, error } }) => {
    const { resolve, reject } = waiting.get(promise);
    waiting.delete(promise);
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  });
  // As in Electron, where the app denies it: no window, and the app is told. A real one, closed at once, would leave the page waiting for it.
  if (window === window.top) {
    window.open = (address = '') => {
      const url = new URL(address, location.href).href;
      window.dispatchEvent(new CustomEvent(`${prefix}open`, { detail: { url } }));
      return null;
    };
  }
  window.addEventListener(`${prefix}expose`, ({ detail: { name, values, functions } }) => {
    const entries = Object.entries(functions).map(([key, id]) => [key, toFunction(id)]);
    const exposed = Object.freeze({ ...values, ...Object.fromEntries(entries) });
    Object.defineProperty(window, name, { value: exposed, enumerable: true });
  });
}
