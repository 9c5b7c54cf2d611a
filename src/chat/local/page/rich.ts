/** Rich text, times and people as HTML. */
import type { Rich, Segment } from '../../../core/rich.ts';
import { formatDuration, formatInstant, type Instant } from '../../../core/time.ts';
import type { Names } from '../board.ts';
import { type Html, html } from './html.ts';

export function richHtml(rich: Rich, names: Names): Html {
  return html`${rich.map((segment) => segmentHtml(segment, names))}`;
}

function segmentHtml(segment: Segment, names: Names): Html {
  if (typeof segment === 'string') return html`${segment}`;
  switch (segment.kind) {
    case 'bold':
      return html`<strong>${segment.text}</strong>`;
    case 'code':
      return html`<code>${segment.text}</code>`;
    case 'person':
      return html`<span class="person">${names[segment.id] ?? 'somebody'}</span>`;
    case 'instant':
      return instantHtml(segment.at);
    case 'duration':
      return html`${formatDuration(segment.length)}`;
    case 'request':
      return html`<code class="id">#${segment.id}</code>`;
  }
}

/** In UTC until the browser shows it in the reader's own time zone. */
export function instantHtml(at: Instant): Html {
  const text = formatInstant(at);
  return html`<time datetime="${text}" data-at="${at}">${text}</time>`;
}

/** Counts down in the browser. */
export function countdownHtml(until: Instant, now: Instant): Html {
  const left = formatDuration(Math.max(0, until - now));
  return html`<time class="countdown" datetime="${formatInstant(until)}" data-until="${until}" role="timer" aria-label="time left">${left}</time>`;
}

/** How long ago, kept up in the browser. */
export function agoHtml(at: Instant, now: Instant): Html {
  const past = formatDuration(Math.max(0, now - at));
  return html`<time datetime="${formatInstant(at)}" data-since="${at}">${past} ago</time>`;
}

const FACES = 8;

/** A person's initial on a colour that is always theirs. */
export function faceHtml(userId: string, name: string, size: 'small' | 'large' = 'large'): Html {
  const sum = [...userId].reduce((so, sign) => (so * 76 + (sign.codePointAt(0) ?? 0)) % 9973, 0);
  const initial = [...name][0]?.toUpperCase() ?? '?';
  return html`<span class="face face-${sum % FACES} face-${size}" aria-hidden="true">${initial}</span>`;
}

export const botFace = html`<img class="face face-large bot" src="/assets/hallpass.svg" alt="" width="36" height="36">`;
