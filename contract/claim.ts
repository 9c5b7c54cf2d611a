/** What did not come out as it must. */
class Unkept extends Error {
  override readonly name = 'Unkept';
}

/** @param what in the present tense, as it must be */
export function claim(isSo: boolean, what: string): void {
  if (!isSo) throw new Unkept(what);
}
