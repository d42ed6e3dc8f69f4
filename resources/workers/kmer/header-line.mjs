/** A header line is kept up to this many bytes: its first word is what is wanted, and a file without line ends must not fill memory. */
const MAX_HEADER_BYTES = 64 * 1024;

/** Collects a header line that may be spread over several pieces of a file, and gives the first word after its mark. */
export class HeaderLine {
  /** @type {Buffer[]} */
  #pieces = [];
  #length = 0;

  /**
   * Takes the bytes from `start` to `end`, without the line end.
   * @param {Uint8Array} bytes @param {number} start @param {number} end
   */
  add(bytes, start, end) {
    const wanted = Math.min(end, start + MAX_HEADER_BYTES - this.#length);
    if (wanted <= start) return;
    this.#pieces.push(Buffer.from(bytes.subarray(start, wanted)));
    this.#length += wanted - start;
  }

  /** The sequence's id, empty when the header has none. Latin-1 keeps every byte as it is, whatever the encoding. */
  takeId() {
    const text = Buffer.concat(this.#pieces).toString('latin1');
    this.#pieces = [];
    this.#length = 0;
    return /^.[ \t]*([^\s]*)/.exec(text)?.[1] ?? '';
  }
}
