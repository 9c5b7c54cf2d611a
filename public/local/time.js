// Times in the reader's own zone, countdowns, and how long ago something was.

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** How far this browser's clock is behind the server's. */
let offset = 0;

function now() {
  return Date.now() + offset;
}

/** After each new page. */
export function localise() {
  offset = Number(document.body.dataset.now) - Date.now();
  for (const time of all('time[data-at]')) {
    const at = new Date(Number(time.dataset.at));
    const today = at.toDateString() === new Date(now()).toDateString();
    time.textContent = today ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;
    time.title = full.format(at);
  }
  tick();
}

/** @returns {boolean} whether something ran out just now */
export function tick() {
  let over = false;
  for (const time of all('time[data-until]')) {
    const left = Number(time.dataset.until) - now();
    if (left <= 0 && time.dataset.over === undefined) over = true;
    if (left <= 0) time.dataset.over = '';
    else delete time.dataset.over;
    say(time, left <= 0 ? 'time is over' : lengthOf(Math.ceil(left / 1000)));
  }
  for (const time of all('time[data-since]'))
    say(
      time,
      `${lengthOf(Math.max(0, Math.floor((now() - Number(time.dataset.since)) / 1000)))} ago`,
    );
  for (const bar of document.querySelectorAll('progress'))
    bar.value = Math.max(0, Number(bar.dataset.until) - now());
  return over;
}

/** @param {number} seconds */
function lengthOf(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  if (hours > 0) return `${hours}h ${minutes}m`;
  return minutes > 0 ? `${minutes}m ${String(rest).padStart(2, '0')}s` : `${rest}s`;
}

/** @param {HTMLElement} element @param {string} text */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {string} selector @returns {NodeListOf<HTMLElement>} */
function all(selector) {
  return document.querySelectorAll(selector);
}
