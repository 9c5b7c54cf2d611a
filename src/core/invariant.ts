/** A broken invariant is a bug of ours: it is thrown, and never answered to a person as their mistake. */
class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** @throws InvariantError with the sentence that does not hold */
export function invariant(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new InvariantError(sentence);
}
