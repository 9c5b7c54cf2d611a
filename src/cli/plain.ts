/** Rich text for a terminal. */
import type { Rich, Segment } from '../core/rich.ts';
import { formatDuration, formatInstant } from '../core/time.ts';

export function plain(text: Rich): string {
  return text.map(word).join('');
}

function word(part: Segment): string {
  if (typeof part === 'string') return part;
  switch (part.kind) {
    case 'bold':
    case 'code':
      return part.text;
    case 'duration':
      return formatDuration(part.length);
    case 'instant':
      return formatInstant(part.at);
    case 'person':
    case 'request':
      return part.id;
  }
}
