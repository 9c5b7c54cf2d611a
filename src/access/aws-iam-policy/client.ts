/** IAM by its SDK, which is loaded when something is first asked of it, and tries nothing twice by itself. */
import type { IAMClient } from '@aws-sdk/client-iam';
import { answered, listed, MOST_PAGES, Service } from '../aws.ts';
import { type Io, ProviderError } from '../provider.ts';
import { faultOf, isGone } from './errors.ts';
import { NEEDLESS } from './needless.ts';
import type { Handle, Where } from './target.ts';

type Sdk = typeof import('@aws-sdk/client-iam');
type Policy = Pick<Handle, 'account' | 'profile' | 'user' | 'policy'>;

interface User {
  readonly id: string;
  readonly name: string;
}

/** IAM is one for the whole world, and is signed for there. */
const REGION = 'us-east-1';

export class Iam {
  readonly #iam = new Service<Sdk, IAMClient>(
    '@aws-sdk/client-iam',
    () => import('@aws-sdk/client-iam'),
    (sdk, settings) => new sdk.IAMClient(settings),
  );

  /**
   * @returns IAM's own id, and the name as IAM writes it: it looks names up whichever way their letters are written
   * @throws ProviderError unless the user is seen in the account of policy
   */
  async user(where: Where, user: string, io: Io): Promise<User> {
    const answer = await this.#call(where, io, ({ sdk, client, options }) =>
      client.send(new sdk.GetUserCommand({ UserName: user }), options),
    ).catch(unseen(where, user));
    const { Arn: arn = '', UserId: id = '', UserName: name = '' } = answer.User ?? {};
    // Partitions differ: arn:aws-cn:iam::…
    if (!arn.includes(`:iam::${where.account}:user/`))
      throw new ProviderError('permission-denied', `${user} is not seen in ${where.account}`);
    if (id === '' || name.toLowerCase() !== user.toLowerCase())
      throw new ProviderError('bad-answer', `IAM shows somebody else for ${user}`);
    return { id, name };
  }

  /** @returns its text as IAM gives it back, or undefined */
  async document({ user, policy, ...where }: Policy, io: Io): Promise<string | undefined> {
    const names = { UserName: user, PolicyName: policy };
    try {
      const answer = await this.#call(where, io, ({ sdk, client, options }) =>
        client.send(new sdk.GetUserPolicyCommand(names), options),
      );
      if (answer.PolicyDocument === undefined)
        throw new ProviderError('bad-answer', 'IAM shows a policy without a text');
      return answer.PolicyDocument;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async put({ user, policy, ...where }: Policy, text: string, io: Io): Promise<void> {
    const names = { UserName: user, PolicyName: policy, PolicyDocument: text };
    await this.#call(where, io, ({ sdk, client, options }) =>
      client.send(new sdk.PutUserPolicyCommand(names), options),
    );
  }

  async delete({ user, policy, ...where }: Policy, io: Io): Promise<void> {
    const names = { UserName: user, PolicyName: policy };
    await this.#call(where, io, ({ sdk, client, options }) =>
      client.send(new sdk.DeleteUserPolicyCommand(names), options),
    );
  }

  async names(where: Where, user: string, io: Io): Promise<readonly string[]> {
    const found: string[] = [];
    let marker: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const asked = { UserName: user, ...(marker === undefined ? {} : { Marker: marker }) };
      const answer = await this.#call(where, io, ({ sdk, client, options }) =>
        client.send(new sdk.ListUserPoliciesCommand(asked), options),
      ).catch(unseen(where, user));
      found.push(...listed(answer.PolicyNames, `IAM: the policies of ${user}`));
      if (answer.IsTruncated !== true) return found;
      marker = answer.Marker;
    }
    throw new ProviderError('bad-answer', `the policies of ${user} never end`);
  }

  /** What it never asks for and is shown all the same. Reads only. */
  async needless(where: Where, io: Io): Promise<readonly string[]> {
    return answered(NEEDLESS.map(([what, ask]) => [what, () => this.#call(where, io, ask)]));
  }

  async #call<T>(where: Where, { signal }: Io, call: (line: Line) => Promise<T>): Promise<T> {
    const { sdk, client } = await this.#iam.client(REGION, where.profile);
    return call({ sdk, client, options: { abortSignal: signal } }).catch((error: unknown) => {
      throw faultOf(error, signal);
    });
  }
}

/** NB. Whoever sees another account does not see this user there: that is no proof of anything. */
function unseen({ account }: Where, user: string) {
  return (cause: unknown): never => {
    if (!isGone(cause)) throw cause;
    throw new ProviderError('permission-denied', `${user} is not seen in ${account}`, { cause });
  };
}

export interface Line {
  readonly sdk: Sdk;
  readonly client: IAMClient;
  readonly options: { readonly abortSignal: AbortSignal };
}
