/** Addresses below Graph's base, and the texts in their filters. */

/** A text in a filter: its quotes doubled, so that it ends where it is meant to end. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * `/users/{id}?$select=id`: each segment and each value is encoded. NB. A segment of dots alone would be
 * no segment to whoever reads an address: ids are checked before they come here.
 */
export function pathTo(
  segments: readonly string[],
  query: Readonly<Record<`$${string}`, string>> = {},
): string {
  const path = segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
  const pairs = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}
