/** A channel's name, or a person's own conversation with the bot. */
export type Place =
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'direct'; readonly userId: string };

/** `#lb-access`, `@ada`. */
export function placeKey(place: Place): string {
  return place.kind === 'channel' ? `#${place.channel}` : `@${place.userId}`;
}

/** undefined: not written by `placeKey`. */
export function placeFrom(key: string): Place | undefined {
  const name = key.slice(1);
  if (name === '') return undefined;
  if (key.startsWith('#')) return { kind: 'channel', channel: name };
  return key.startsWith('@') ? { kind: 'direct', userId: name } : undefined;
}

export function samePlace(a: Place, b: Place): boolean {
  return placeKey(a) === placeKey(b);
}
