/**
 * Single values of the policy file, as zod schemas: names, lengths of time, channels, what refers to something else.
 * With the names that a file declares they check it, and without them they make the published JSON Schema.
 */
import { z } from 'zod';
import { isZone } from './calendar.ts';
import { COMMAND_WORDS, isCommandWord } from './command-words.ts';
import { didYouMean, orList } from './nearest.ts';
import type { ChannelRef } from './policy.ts';
import type { PolicyIssueCode } from './policy-issue.ts';
import { emailFrom } from './principal.ts';
import { parseDuration } from './time.ts';
import { plainText } from './typed.ts';

/** What a file may refer to. `null`: anything, for the JSON Schema. */
export interface PolicyNames {
  readonly groups: readonly string[] | null;
  readonly providers: readonly string[] | null;
  readonly platforms: readonly string[];
  readonly rosters?: readonly string[] | undefined;
}

const NAME = /^[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*$/;

/** Inherited by every object: as a name it would be found where it was never declared. */
const RESERVED = ['constructor'];

export const nameShape = z
  .string()
  .max(40, 'A name has at most 40 characters.')
  .regex(NAME, 'A name is made of a-z, 0-9 and single `-`, `_` or `.`, and begins with a letter.')
  .refine((name) => !RESERVED.includes(name), 'This name is reserved. Choose another.');

export const roleNameShape = nameShape.refine(
  (name) => !isCommandWord(name),
  `A role cannot have the name of a command: ${COMMAND_WORDS.join(', ')}.`,
);

export const durationShape = z
  .string({
    error: 'Write a duration with its unit, such as `45m`, `1h30m` or `1d`.',
  })
  .transform((text, context) => {
    const duration = parseDuration(text);
    if (duration !== undefined) return duration;
    context.addIssue('This is no duration. Write one such as `45m`, `1h30m` or `1d`.');
    return z.NEVER;
  })
  .meta({ title: 'duration', examples: ['45m', '1h30m', '1d'] });

export const zoneShape = z
  .string()
  .max(60)
  .refine(isZone, 'There is no such time zone. Write one such as `Europe/Berlin`.');

/** One line, as it will be shown. */
export const lineShape = (most: number) =>
  z.string().transform(plainText).pipe(z.string().min(1).max(most));

function reference(known: readonly string[] | null, code: PolicyIssueCode, what: string) {
  return z.string().superRefine((name, context) => {
    if (known === null || known.includes(name)) return;
    const meant = didYouMean(name, known) || ` Declared: ${orList(known.slice(0, 20))}.`;
    const message = `There is no ${what} \`${name.slice(0, 80)}\`.${meant}`;
    context.addIssue({ code: 'custom', params: { code }, message });
  });
}

export const providerRef = once((names) =>
  reference(names.providers, 'unknown-provider', 'provider').meta({ title: 'provider' }),
);

export const groupRef = (names: PolicyNames) =>
  reference(names.groups, 'unknown-group', 'group').meta({ title: 'group' });

export const groupList = (names: PolicyNames) => z.array(groupRef(names)).max(20);

/** Names of teams and their channels have spaces in them: `teams:Platform/Load balancer access`. */
const CHANNEL = /^([a-z][a-z0-9-]*):#?([^\s#]\S*|[^\s#/][^\n/]*\/[^\n]*\S)$/;

export function channelShape(names: PolicyNames) {
  return z
    .string()
    .transform((text, context): ChannelRef => {
      const [, platform = '', channel = ''] = CHANNEL.exec(text) ?? [];
      if (platform === '')
        context.addIssue('Write a channel with its platform, such as `slack:#lb-access`.');
      else if (!names.platforms.includes(platform))
        context.addIssue({
          code: 'custom',
          params: { code: 'unknown-platform' },
          message: `There is no platform \`${platform}\`.${didYouMean(platform, names.platforms) || ` Known: ${orList(names.platforms)}.`}`,
        });
      return { platform, channel };
    })
    .meta({ title: 'channel', examples: ['slack:#lb-access'] });
}

export const emailShape = z
  .string()
  .refine(
    (text) => text.length <= 254 && /^[^\s@<>,;]{1,64}@[^\s@<>,;]+\.[^\s@<>,;.]+$/.test(text),
    'This is no e-mail address.',
  )
  .transform(emailFrom)
  .meta({ title: 'e-mail address', format: 'email' });

/** One entry below `people:`, as far as it can be told without the providers of the file. */
export const personShape = z.record(
  z.string(),
  z.string().min(1).meta({ title: 'the name at that provider' }),
);

/** A shape takes longer to make than to use, and each role of a file is of the same. */
export function once<Shape>(make: (names: PolicyNames) => Shape): (names: PolicyNames) => Shape {
  const made = new WeakMap<PolicyNames, Shape>();
  return (names) => {
    const known = made.get(names);
    if (known !== undefined) return known;
    const fresh = make(names);
    made.set(names, fresh);
    return fresh;
  };
}
