// What `/` completes to, and what Up recalls. Everything is found anew in the page, which may have been
// replaced meanwhile; keys are listened to on the document.

const MOST = 8;
let chosen = -1;
let recalled = -1;

/** @returns {HTMLInputElement | null} */
const input = () => document.querySelector('#composer');
/** @returns {HTMLElement | null} */
const list = () => document.querySelector('#completions');

export function listenToComposer() {
  document.addEventListener('input', (event) => {
    if (event.target !== input()) return;
    recalled = -1;
    suggest();
  });
  document.addEventListener('keydown', (event) => {
    if (event.target === input()) keyDown(event);
    else if (event.key === '/' && !isTyping(event.target)) focusWith(event, '/');
  });
  document.addEventListener('pointerdown', (event) => {
    const option = event.target instanceof Element ? event.target.closest('#completions li') : null;
    if (option instanceof HTMLElement) take(event, option);
  });
  document.addEventListener('focusout', (event) => {
    if (event.target === input()) hide();
  });
}

/** @param {string} text */
export function fill(text) {
  const field = input();
  if (field === null) return;
  field.value = text;
  field.focus();
  field.setSelectionRange(text.length, text.length);
}

export function hide() {
  chosen = -1;
  const options = list();
  if (options !== null) options.hidden = true;
  input()?.setAttribute('aria-expanded', 'false');
  input()?.removeAttribute('aria-activedescendant');
}

function suggest() {
  const typed = input()?.value.toLowerCase() ?? '';
  const options = list();
  if (options === null) return;
  const known = [...document.querySelectorAll('#known-commands li')];
  const fitting = typed.startsWith('/') ? known.filter((one) => fits(one, typed)) : [];
  if (fitting.length === 0) return hide();
  options.replaceChildren(...fitting.slice(0, MOST).map(optionFor));
  options.hidden = false;
  input()?.setAttribute('aria-expanded', 'true');
  choose(0);
}

/** @param {Element} known @param {string} typed */
function fits(known, typed) {
  const insert = insertOf(known);
  return insert.startsWith(typed) && insert.trim() !== typed.trim();
}

/** @param {Element} known */
function insertOf(known) {
  return known instanceof HTMLElement ? (known.dataset.insert ?? '') : '';
}

/** @param {Element} known @param {number} index */
function optionFor(known, index) {
  const option = document.createElement('li');
  option.id = `completion-${index}`;
  option.role = 'option';
  option.dataset.insert = insertOf(known);
  const command = document.createElement('code');
  command.textContent = insertOf(known);
  const help = document.createElement('span');
  help.textContent = known.textContent;
  option.append(command, help);
  return option;
}

/** @param {number} index */
function choose(index) {
  const options = [...(list()?.children ?? [])];
  chosen = (index + options.length) % Math.max(1, options.length);
  for (const [nth, option] of options.entries())
    option.setAttribute('aria-selected', String(nth === chosen));
  input()?.setAttribute('aria-activedescendant', `completion-${chosen}`);
  options[chosen]?.scrollIntoView({ block: 'nearest' });
}

/** @param {KeyboardEvent} event */
function keyDown(event) {
  if (list()?.hidden === false) return chooseByKey(event);
  if (event.key === 'ArrowUp') recall(event, recalled + 1);
  if (event.key === 'ArrowDown' && recalled >= 0) recall(event, recalled - 1);
}

/** @param {KeyboardEvent} event */
function chooseByKey(event) {
  const option = list()?.children[chosen];
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    choose(chosen + (event.key === 'ArrowDown' ? 1 : -1));
  } else if (event.key === 'Escape') {
    event.preventDefault();
    hide();
  } else if (event.key === 'Tab' || (event.key === 'Enter' && !isWhole(option))) {
    if (option instanceof HTMLElement) take(event, option);
  }
}

/** Enter sends a command that needs nothing more, and completes any other. @param {Element | undefined} option */
function isWhole(option) {
  return option === undefined || input()?.value.trim() === insertOf(option).trim();
}

/** @param {Event} event @param {HTMLElement} option */
function take(event, option) {
  event.preventDefault();
  fill(option.dataset.insert ?? '');
  hide();
}

/** @param {KeyboardEvent} event @param {number} index */
function recall(event, index) {
  const texts = [...document.querySelectorAll('#recalled li')].map((one) => one.textContent ?? '');
  const text = index < 0 ? '' : texts[index];
  if (text === undefined) return;
  event.preventDefault();
  recalled = index;
  fill(text);
}

/** @param {Event} event @param {string} text */
function focusWith(event, text) {
  if (input() === null || document.querySelector('dialog') !== null) return;
  event.preventDefault();
  fill(text);
  suggest();
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && target.matches('input, textarea, select');
}
