/** Served beside these files from the package of that name. */
export interface Callbacks {
  beforeNodeMorphed?: (old: Node, fresh: Node) => boolean;
  beforeAttributeUpdated?: (name: string, node: Element, how: 'update' | 'remove') => boolean;
}
export const Idiomorph: {
  morph(
    old: Element,
    fresh: Element,
    options: { morphStyle: 'outerHTML' | 'innerHTML'; callbacks: Callbacks },
  ): Node[];
};
