/** Something is wrong with an input file, not with the program: the message says what, and what to do about it. */
export class SequenceFileError extends Error {}
