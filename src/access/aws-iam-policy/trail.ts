/**
 * What an IAM user does by one right: calls of its actions. CloudTrail does not say by which right something was done,
 * and calls some actions by another name; so of whatever else the user does nobody can tell.
 */
import type { Whom } from '../aws-trail.ts';
import type { Deed } from '../aws-trail-deed.ts';
import type { TargetFault } from '../provider.ts';
import type { Handle, Target } from './target.ts';

/**
 * Those that only touch data, which the event history does not have.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
const OF_DATA =
  /^(s3:\w*object|dynamodb:(\w*(item|query|scan)\w*|partiql\w*)|lambda:invoke\w*|sqs:\w*message\w*|sns:publish\w*)\*?$/i;

export function untold({ trail, actions }: Target): readonly TargetFault[] {
  if (trail === undefined) return [];
  return actions
    .filter((action) => OF_DATA.test(action))
    .map((action) => ({
      path: ['trail'],
      message: `${action} only touches data, which the event history of CloudTrail does not have`,
    }));
}

export function callsOf({
  user,
  userId,
  actions,
}: Pick<Handle, 'user' | 'userId' | 'actions'>): Whom {
  return {
    name: user,
    by(deed) {
      const { type, principal } = deed.by;
      if (type !== 'IAMUser' || principal !== userId) return 'other';
      return actions.some((action) => names(action, deed)) ? 'access' : 'perhaps';
    },
  };
}

/** `ec2:StopInstances`, or `ec2:Stop*`: in whatever case. */
function names(action: string, { service, call }: Deed): boolean {
  const done = `${service}:${call}`.toLowerCase();
  const named = action.toLowerCase();
  return named.endsWith('*') ? done.startsWith(named.slice(0, -1)) : done === named;
}
