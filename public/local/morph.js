// Puts the next page in the place of the last, changing only what differs: whoever is typing, reading
// or choosing is not disturbed.

import { Idiomorph } from './idiomorph.js';

/** What only the browser knows: an opened detail, a dialog made modal, a list that is being chosen from. */
const OURS = new Set(['details.open', 'dialog.open', 'input.aria-expanded', 'ul.hidden']);

/**
 * @param {Document} fresh
 * @param {{ live: boolean }} how live: nobody asked for it, so what is being filled in stays as it is
 */
export function morph(fresh, { live }) {
  const list = document.querySelector('.messages');
  const atEnd = list === null || list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  document.title = fresh.title;
  Idiomorph.morph(document.body, fresh.body, {
    morphStyle: 'outerHTML',
    callbacks: {
      beforeNodeMorphed: (old) => !(live && isBeingFilled(old)),
      beforeAttributeUpdated: (name, node) => !isOurs(name, node),
    },
  });
  const now = document.querySelector('.messages');
  if (now !== null && (atEnd || now !== list)) now.scrollTop = now.scrollHeight;
}

/** @param {Node} node */
function isBeingFilled(node) {
  return node instanceof Element && ['dialog', 'composer', 'completions'].includes(node.id);
}

/** @param {string} name @param {Element} node */
function isOurs(name, node) {
  const known = OURS.has(`${node.localName}.${name}`);
  return known && (node.localName !== 'ul' || node.id === 'completions');
}
