/** A call as it stands in a message of birpc: method, arguments, and the number under which the answer is awaited. */
interface RequestMessage {
  t: 'q';
  m: string;
  a: unknown[];
  i: string;
}

/**
 * Whether a message is a call of a client, and nothing else: an engine asks its clients nothing, so answers are not expected. Whatever else
 * comes must not reach the layer that carries out calls; a call without a number would never be answered, so nobody would know when it is over.
 */
export function isRequestMessage(message: unknown): message is RequestMessage {
  if (typeof message !== 'object' || message === null) return false;
  const { t, m, a, i } = message as Record<string, unknown>;
  return t === 'q' && typeof m === 'string' && Array.isArray(a) && typeof i === 'string' && i !== '';
}
