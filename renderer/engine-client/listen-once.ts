import type { Answer } from '../../shared/contract/answer.ts';
import { call } from './call.ts';

/** Hands on an answer of the engine, unless it comes too late. @returns ends the listening */
export function listenOnce<T>(answer: Promise<Answer<T>>, onAnswer: (answer: Answer<T>) => void): () => void {
  let listening = true;
  void call(answer).then((settled) => {
    if (listening) onAnswer(settled);
  });
  return () => {
    listening = false;
  };
}
