/** Identity Center and its store by their SDKs, which try nothing twice by themselves. */
import type { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import type { AccountAssignmentOperationStatus, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { listed, MOST_PAGES, Service } from '../aws.ts';
import { type Io, ProviderError } from '../provider.ts';
import { faultOf, isGone } from './errors.ts';
import type { Given, Handle, Where } from './target.ts';

type AdminSdk = typeof import('@aws-sdk/client-sso-admin');
type StoreSdk = typeof import('@aws-sdk/client-identitystore');
type Assignment = Extract<Given, { kind: 'assignment' }>;
type Membership = Extract<Given, { kind: 'membership' }>;

interface Line<Sdk, Client> {
  readonly sdk: Sdk;
  readonly client: Client;
  readonly options: { readonly abortSignal: AbortSignal };
}

/** The id of a request is a UUID of 36 letters: AccountAssignmentOperationStatus in the API reference. What is longer is none. */
export const LONGEST_REQUEST = 100;

/** What became of something that was accepted. `forgotten`: nobody there knows of it any more. */
export type Progress =
  | { readonly kind: 'under-way' | 'succeeded' | 'forgotten' }
  | { readonly kind: 'failed'; readonly why: string };

/** Which way something was accepted. */
export type Way = 'create' | 'delete';

export class Center {
  readonly #admin = new Service<AdminSdk, SSOAdminClient>(
    '@aws-sdk/client-sso-admin',
    () => import('@aws-sdk/client-sso-admin'),
    (sdk, settings) => new sdk.SSOAdminClient(settings),
  );
  readonly #store = new Service<StoreSdk, IdentitystoreClient>(
    '@aws-sdk/client-identitystore',
    () => import('@aws-sdk/client-identitystore'),
    (sdk, settings) => new sdk.IdentitystoreClient(settings),
  );

  /** @param path by what: one of the two that there are @returns undefined: nobody has it */
  async userId(
    where: Where,
    path: 'emails.value' | 'userName',
    value: string,
    io: Io,
  ): Promise<string | undefined> {
    const AlternateIdentifier = { UniqueAttribute: { AttributePath: path, AttributeValue: value } };
    const asked = { IdentityStoreId: where.store, AlternateIdentifier };
    return unlessGone(
      this.inStore(where, io, async ({ sdk, client, options }) => {
        const answer = await client.send(new sdk.GetUserIdCommand(asked), options);
        return answer.UserId;
      }),
    );
  }

  /** As they sign in: what their sessions are named after. @returns undefined: there is no such user */
  async userName(where: Where, userId: string, io: Io): Promise<string | undefined> {
    const asked = { IdentityStoreId: where.store, UserId: userId };
    return unlessGone(
      this.inStore(where, io, async ({ sdk, client, options }) => {
        const answer = await client.send(new sdk.DescribeUserCommand(asked), options);
        return answer.UserName;
      }),
    );
  }

  /** @returns its name, and how long a session lasts that is begun by it, as ISO 8601: `PT1H` */
  async described(
    where: Where,
    permissionSet: string,
    io: Io,
  ): Promise<{ readonly name: string; readonly session: string | undefined }> {
    const asked = { InstanceArn: where.instance, PermissionSetArn: permissionSet };
    const answer = await this.inAdmin(where, io, ({ sdk, client, options }) =>
      client.send(new sdk.DescribePermissionSetCommand(asked), options),
    );
    const { Name: name = '', SessionDuration: session } = answer.PermissionSet ?? {};
    return { name, session };
  }

  /** The ids of the users to whom it is assigned: not those of groups. */
  async assigned(where: Where, of: Assignment, io: Io): Promise<readonly string[]> {
    const what = `the assignments in ${of.account}`;
    return this.#pages(what, async (NextToken) => {
      const asked = {
        InstanceArn: where.instance,
        AccountId: of.account,
        PermissionSetArn: of.permissionSet,
        ...NextToken,
      };
      const answer = await this.inAdmin(where, io, ({ sdk, client, options }) =>
        client.send(new sdk.ListAccountAssignmentsCommand(asked), options),
      ).catch(missing('The account or the permission set'));
      const all = listed(answer.AccountAssignments, `Identity Center: ${what}`);
      if (all.some(({ PrincipalType, PrincipalId }) => !PrincipalType || !PrincipalId))
        throw new ProviderError('bad-answer', `Identity Center: ${what} do not say whose they are`);
      const users = all.flatMap(({ PrincipalType, PrincipalId }) =>
        PrincipalType === 'USER' && PrincipalId !== undefined ? [PrincipalId] : [],
      );
      return { found: users, next: answer.NextToken };
    });
  }

  async members(where: Where, { group }: Membership, io: Io): Promise<readonly string[]> {
    const what = `the members of ${group}`;
    return this.#pages(what, async (NextToken) => {
      const asked = { IdentityStoreId: where.store, GroupId: group, ...NextToken };
      const answer = await this.inStore(where, io, ({ sdk, client, options }) =>
        client.send(new sdk.ListGroupMembershipsCommand(asked), options),
      ).catch(missing('The group'));
      const all = listed(answer.GroupMemberships, `Identity Center: ${what}`);
      if (all.some(({ MemberId }) => MemberId === undefined))
        throw new ProviderError('bad-answer', `Identity Center: ${what} do not say who they are`);
      const users = all.flatMap(({ MemberId }) =>
        MemberId !== undefined && 'UserId' in MemberId ? (MemberId.UserId ?? []) : [],
      );
      return { found: users, next: answer.NextToken };
    });
  }

  /** @returns what to ask after it by; null: it is done */
  async create(handle: Handle, io: Io): Promise<string | null> {
    const { what, store, userId } = handle;
    if (what.kind === 'membership') {
      const asked = { IdentityStoreId: store, GroupId: what.group, MemberId: { UserId: userId } };
      await this.inStore(handle, io, ({ sdk, client, options }) =>
        client.send(new sdk.CreateGroupMembershipCommand(asked), options),
      );
      return null;
    }
    const answer = await this.inAdmin(handle, io, ({ sdk, client, options }) =>
      client.send(new sdk.CreateAccountAssignmentCommand(tupleOf(handle, what)), options),
    );
    return accepted(answer.AccountAssignmentCreationStatus?.RequestId);
  }

  /** @returns what to ask after it by; null: it is done */
  async delete(handle: Handle, io: Io): Promise<string | null> {
    const { what } = handle;
    if (what.kind === 'membership') {
      await this.#leave(handle, what, io);
      return null;
    }
    const answer = await this.inAdmin(handle, io, ({ sdk, client, options }) =>
      client.send(new sdk.DeleteAccountAssignmentCommand(tupleOf(handle, what)), options),
    );
    return accepted(answer.AccountAssignmentDeletionStatus?.RequestId);
  }

  async progress(where: Where, way: Way, request: string, io: Io): Promise<Progress> {
    const status = await unlessGone(
      this.inAdmin(where, io, async ({ sdk, client, options }) => {
        if (way === 'create') {
          const asked = {
            InstanceArn: where.instance,
            AccountAssignmentCreationRequestId: request,
          };
          const command = new sdk.DescribeAccountAssignmentCreationStatusCommand(asked);
          return told((await client.send(command, options)).AccountAssignmentCreationStatus);
        }
        const asked = { InstanceArn: where.instance, AccountAssignmentDeletionRequestId: request };
        const command = new sdk.DescribeAccountAssignmentDeletionStatusCommand(asked);
        return told((await client.send(command, options)).AccountAssignmentDeletionStatus);
      }),
    );
    switch (status?.Status) {
      case undefined:
        return { kind: 'forgotten' };
      case 'IN_PROGRESS':
        return { kind: 'under-way' };
      case 'SUCCEEDED':
        return { kind: 'succeeded' };
      default:
        return { kind: 'failed', why: status?.FailureReason ?? String(status?.Status) };
    }
  }

  async #leave(handle: Handle, { group }: Membership, io: Io): Promise<void> {
    const { store, userId } = handle;
    const asked = { IdentityStoreId: store, GroupId: group, MemberId: { UserId: userId } };
    await this.inStore(handle, io, async ({ sdk, client, options }) => {
      const { MembershipId } = await client.send(
        new sdk.GetGroupMembershipIdCommand(asked),
        options,
      );
      const membership = { IdentityStoreId: store, MembershipId };
      await client.send(new sdk.DeleteGroupMembershipCommand(membership), options);
    });
  }

  async #pages(
    what: string,
    ask: (token: { NextToken?: string }) => Promise<{
      readonly found: readonly string[];
      readonly next: string | undefined;
    }>,
  ): Promise<readonly string[]> {
    const all: string[] = [];
    let token: { NextToken?: string } = {};
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { found, next } = await ask(token);
      all.push(...found);
      if (next === undefined || next === '') return all;
      token = { NextToken: next };
    }
    throw new ProviderError('bad-answer', `${what} never end`);
  }

  async inAdmin<T>(
    where: Where,
    io: Io,
    call: (line: Line<AdminSdk, SSOAdminClient>) => Promise<T>,
  ): Promise<T> {
    return inTime(await this.#admin.client(where.region, where.profile), io, call);
  }

  async inStore<T>(
    where: Where,
    io: Io,
    call: (line: Line<StoreSdk, IdentitystoreClient>) => Promise<T>,
  ): Promise<T> {
    return inTime(await this.#store.client(where.region, where.profile), io, call);
  }
}

function inTime<Sdk, Client, T>(
  line: { readonly sdk: Sdk; readonly client: Client },
  { signal }: Io,
  call: (line: Line<Sdk, Client>) => Promise<T>,
): Promise<T> {
  return call({ ...line, options: { abortSignal: signal } }).catch((error: unknown) => {
    throw faultOf(error, signal);
  });
}

export function tupleOf({ instance, userId }: Handle, { account, permissionSet }: Assignment) {
  return {
    InstanceArn: instance,
    TargetId: account,
    TargetType: 'AWS_ACCOUNT' as const,
    PermissionSetArn: permissionSet,
    PrincipalType: 'USER' as const,
    PrincipalId: userId,
  };
}

function accepted(request: string | undefined): string {
  if (request === undefined || request.length > LONGEST_REQUEST)
    throw new ProviderError('bad-answer', 'Identity Center accepts without saying what');
  return request;
}

/** NB. What is not known there any more is an error: an answer that tells nothing is none of that. */
function told(status: AccountAssignmentOperationStatus | undefined) {
  if (status?.Status !== undefined) return status;
  throw new ProviderError('bad-answer', 'Identity Center tells of no status');
}

/** NB. Where it is not there, nobody can tell that from the wrong instance or account: it is not read as empty. */
function missing(what: string) {
  return (cause: unknown): never => {
    if (!isGone(cause)) throw cause;
    throw new ProviderError('misconfigured', `${what} is not there.`, { cause });
  };
}

async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
