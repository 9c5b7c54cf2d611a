/** Plays one scenario at one place. */
import type { PlaceKind } from './place.ts';
import type { Scenario } from './scenario.ts';
import { Scene } from './scene.ts';

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'unfit'; readonly why: string };

export async function play(kind: PlaceKind, scenario: Scenario): Promise<Outcome> {
  const scene = await Scene.open(kind);
  try {
    const why = scenario.unfit?.(scene.place);
    if (why !== undefined) return { kind: 'unfit', why };
    await scenario.play(scene);
    await scene.end();
    return { kind: 'passed' };
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  } finally {
    await scene.close();
  }
}
