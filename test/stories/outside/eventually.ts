/** Asks again until there is an answer, within a bound. */
import { setTimeout as pause } from 'node:timers/promises';

interface Patience<Answer> {
  /** Milliseconds. */
  readonly within?: number | undefined;
  readonly isRight?: (answer: Answer) => boolean;
}

/** @throws with the last answer when the time is over */
export async function eventually<Answer>(
  question: () => Promise<Answer | undefined>,
  { within = 25_000, isRight = () => true }: Patience<Answer> = {},
): Promise<Answer> {
  const deadline = performance.now() + within;
  for (;;) {
    const answer = await question();
    if (answer !== undefined && isRight(answer)) return answer;
    if (performance.now() > deadline)
      throw new Error(`not within ${within} ms; the last answer was: ${String(answer)}`);
    await pause(40);
  }
}
