/**
 * The text of one inline policy. Its end is a condition that AWS looks at with each request, so that it
 * ends whether anybody takes it back or not.
 */
import { z } from 'zod';
import { canonical } from '../../core/audit.ts';
import { formatInstant, type Instant } from '../../core/time.ts';
import type { Handle } from './target.ts';

type Right = Pick<Handle, 'actions' | 'resources' | 'mark'>;

const SID = 'Hallpass';

export function documentOf(right: Right, until: Instant): string {
  return JSON.stringify(withEnd(right, formatInstant(until)));
}

function withEnd({ actions, resources, mark = '' }: Right, until: string) {
  const statement = {
    Sid: `${SID}${mark}`,
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    Condition: { DateLessThan: { 'aws:CurrentTime': until } },
  };
  return { Version: '2012-10-17', Statement: [statement] };
}

export type Found =
  /** Just what we write, with this end. */
  | { readonly kind: 'whole'; readonly until: Instant }
  /** Somebody has made something else of it, which may have no end. */
  | { readonly kind: 'other'; readonly until: Instant | null };

const shape = z.object({
  Statement: z.array(
    z.object({
      Condition: z
        .object({ DateLessThan: z.object({ 'aws:CurrentTime': z.iso.datetime() }).optional() })
        .optional(),
    }),
  ),
});

/** @param text as IAM gives it back: encoded like a part of a URL */
export function readDocument(text: string, right: Right): Found {
  const parsed = jsonIn(text);
  const until = endOf(parsed);
  if (until === null) return { kind: 'other', until: null };
  const same = canonical(parsed) === canonical(withEnd(right, formatInstant(until)));
  return { kind: same ? 'whole' : 'other', until };
}

/** The latest end of all its statements; one without an end has none. */
function endOf(document: unknown): Instant | null {
  const parsed = shape.safeParse(document);
  if (!parsed.success) return null;
  const ends = parsed.data.Statement.map(
    ({ Condition }) => Condition?.DateLessThan?.['aws:CurrentTime'],
  );
  if (ends.length === 0 || ends.includes(undefined)) return null;
  return Math.max(...ends.map((end) => Date.parse(end ?? '')));
}

const sealed = z.object({
  Statement: z.tuple([
    z.object({
      Sid: z.string().regex(/^Hallpass[0-9a-f]{32}$/),
      Action: z.array(z.string()),
      Resource: z.array(z.string()),
    }),
  ]),
});

/** What the text says that it gives, and under which seal; undefined: it is none of ours. */
export function rightIn(text: string): Required<Right> | undefined {
  const parsed = sealed.safeParse(jsonIn(text));
  if (!parsed.success) return undefined;
  const [{ Sid, Action, Resource }] = parsed.data.Statement;
  return { actions: Action, resources: Resource, mark: Sid.slice(SID.length) };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(text));
  } catch {
    return undefined;
  }
}
