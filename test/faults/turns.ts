/** Lets the event loop turn, for what no story can wait for by itself. */
export async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await new Promise((done) => setImmediate(done));
}
