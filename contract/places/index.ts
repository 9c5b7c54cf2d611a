import type { PlaceKind } from '../place.ts';
import { ELB_REGISTRATION, ELB_WEIGHTS } from './elb-action.ts';
import { ELB_RULE } from './elb-rule.ts';
import { HAPROXY } from './haproxy.ts';
import { HAPROXY_SERVER } from './haproxy-server.ts';
import { IAM_POLICY } from './iam-policy.ts';
import { ASSIGNMENT, MEMBERSHIP } from './identity-center.ts';
import { MEMORY, MEMORY_WITH_TIMER } from './memory.ts';
import { SECURITY_GROUP, SECURITY_GROUP_WITH_TIMER } from './security-group.ts';
import { WEBHOOK } from './webhook.ts';

export const PLACES: readonly PlaceKind[] = [
  MEMORY,
  MEMORY_WITH_TIMER,
  HAPROXY,
  HAPROXY_SERVER,
  WEBHOOK,
  SECURITY_GROUP,
  SECURITY_GROUP_WITH_TIMER,
  ELB_RULE,
  ELB_WEIGHTS,
  ELB_REGISTRATION,
  IAM_POLICY,
  ASSIGNMENT,
  MEMBERSHIP,
];
