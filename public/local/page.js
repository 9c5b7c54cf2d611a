// Carries forms and links without a reload, hears from the server that something changed, and puts the
// next page in the place of the last. What a page says is decided by the server alone.

import { fill, hide, listenToComposer } from './completion.js';
import { morph } from './morph.js';
import { localise, tick } from './time.js';

const RETRY_MS = 500;
const RETRIES = 60;
/** With live access on the page, what the gate answers is asked this often. */
const LOOK_EVERY_MS = 4_000;

/** Of several answers on their way, the last one asked for counts. */
let asked = 0;

/**
 * @param {string} href
 * @param {RequestInit} init
 * @param {{ live: boolean, push?: boolean }} how
 */
async function visit(href, init, how) {
  asked += 1;
  const mine = asked;
  const response = await patiently(href, init);
  const text = await response.text();
  if (how.live && (mine !== asked || href !== location.href)) return;
  if (!response.headers.get('content-type')?.startsWith('text/html')) return complain(text);
  show(text, how);
  if (how.push !== false && !how.live && response.url !== location.href)
    history.pushState(null, '', response.status === 422 ? location.href : response.url);
  if (!how.live) arrive();
}

/**
 * A server that is starting again is waited for; the form's key keeps it from being done twice.
 *
 * @param {string} href
 * @param {RequestInit} init
 */
async function patiently(href, init) {
  for (let left = RETRIES; ; left -= 1) {
    try {
      return await fetch(href, { credentials: 'same-origin', ...init });
    } catch (error) {
      if (left === 0) throw error;
      lost(true);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** @param {string} text @param {{ live: boolean }} how */
function show(text, how) {
  morph(new DOMParser().parseFromString(text, 'text/html'), how);
  localise();
  openDialog();
}

function openDialog() {
  const dialog = document.querySelector('dialog');
  if (dialog === null) return;
  const isNew = !dialog.matches(':modal');
  if (isNew) {
    dialog.removeAttribute('open');
    dialog.showModal();
  }
  const first = isNew ? dialog.querySelector('select, textarea, input:not([type=hidden])') : null;
  const field = dialog.querySelector('[aria-invalid]') ?? first;
  if (field instanceof HTMLElement) field.focus();
}

/** Somebody came to this place, rather than looking on while it changes. */
function arrive() {
  hide();
  const menu = document.querySelector('#menu');
  if (menu instanceof HTMLElement && menu.matches(':popover-open')) menu.hidePopover();
  listen();
  void read(document.querySelector('[data-open-home]') !== null);
}

let reading = false;

/** What is before somebody's eyes counts as read. @param {boolean} always */
async function read(always = false) {
  const { who = '', unread, token = '' } = document.body.dataset;
  if (document.hidden || reading || (!always && !(Number(unread) > 0))) return;
  reading = true;
  const body = new URLSearchParams({ token, back: location.pathname + location.search });
  await fetch(`/as/${encodeURIComponent(who)}/read`, { method: 'POST', body }).catch(() => {});
  reading = false;
}

async function refresh() {
  if (document.hidden) return;
  await visit(location.href, {}, { live: true }).catch(() => lost(true));
  await read();
}

// ── what somebody does ──────────────────────────────────────────────────────────────────────────

/** @param {SubmitEvent} event */
function submitted(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  event.preventDefault();
  const sent = new FormData(form, event.submitter);
  const body = new URLSearchParams([...sent].map(([name, value]) => [name, String(value)]));
  body.set('key', crypto.randomUUID());
  if (form.matches('.composer-form')) form.reset();
  visit(actionOf(form), { method: 'POST', body }, { live: false }).catch(complain);
}

/** NB. Not `form.action`: a button of that name would stand in its place. @param {HTMLFormElement} form */
function actionOf(form) {
  return form.getAttribute('action') ?? '';
}

/** @param {MouseEvent} event */
function clicked(event) {
  const target = event.target instanceof Element ? event.target : null;
  const filling = target?.closest('[data-fill]');
  if (filling instanceof HTMLElement) return fill(filling.dataset.fill ?? '');
  const link = target?.closest('a');
  const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey;
  if (!link || elsewhere || !link.pathname.startsWith('/as/') || link.hash !== '') return;
  event.preventDefault();
  visit(link.href, {}, { live: false }).catch(complain);
}

/** @param {Event} event */
function changed(event) {
  const field = event.target;
  if (!(field instanceof HTMLSelectElement) || field.dataset.resend === undefined) return;
  const sent = new FormData(field.form ?? undefined);
  const body = new URLSearchParams([...sent].map(([name, value]) => [name, String(value)]));
  body.set('step', 'role');
  if (field.form === null) return;
  visit(actionOf(field.form), { method: 'POST', body }, { live: false }).catch(complain);
}

/** @param {Event} event */
function cancelled(event) {
  event.preventDefault();
  const close = document.querySelector('dialog .close');
  if (close instanceof HTMLAnchorElement) close.click();
}

/** @param {unknown} why */
function complain(why) {
  const line = document.querySelector('#link-state');
  if (!(line instanceof HTMLElement)) return;
  line.textContent = why instanceof Error ? why.message : String(why);
  line.hidden = false;
}

// ── what the server says ────────────────────────────────────────────────────────────────────────

/** @type {EventSource | undefined} */
let source;
let sourceWho = '';
/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

function listen() {
  const { who = '' } = document.body.dataset;
  if (source !== undefined && sourceWho === who && source.readyState !== EventSource.CLOSED) return;
  source?.close();
  sourceWho = who;
  source = new EventSource(`/as/${encodeURIComponent(who)}/events`);
  source.addEventListener('hello', () => {
    lost(false);
    refreshSoon(0);
  });
  source.addEventListener('changed', () => refreshSoon(30));
  source.addEventListener('error', () => {
    lost(true);
    if (source?.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_MS);
  });
}

/** @param {number} delay */
function refreshSoon(delay) {
  clearTimeout(soon);
  soon = setTimeout(refresh, delay);
}

/** @param {boolean} isLost */
function lost(isLost) {
  const line = document.querySelector('#link-state');
  if (line instanceof HTMLElement) line.hidden = !isLost;
}

setInterval(() => {
  if (!tick()) return;
  for (const delay of [100, 1_200, 2_500]) setTimeout(refresh, delay);
}, 250);
setInterval(() => {
  if (document.querySelector('[data-live]') !== null) refreshSoon(0);
}, LOOK_EVERY_MS);

document.addEventListener('submit', submitted);
document.addEventListener('click', clicked);
document.addEventListener('change', changed);
document.addEventListener('cancel', cancelled, true);
document.addEventListener('visibilitychange', () => refreshSoon(0));
addEventListener('popstate', () => {
  visit(location.href, {}, { live: false, push: false }).catch(complain);
});

listenToComposer();
localise();
openDialog();
arrive();
const messages = document.querySelector('.messages');
if (messages !== null) messages.scrollTop = messages.scrollHeight;
