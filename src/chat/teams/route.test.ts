/** Whether there is a way in for Teams at all, in the program as it is put together. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { POLICY } from '../../../test/stories/cast.ts';
import { makeTempFolder } from '../../../test/support/temp-folder.ts';
import { createApp } from '../../app.ts';
import { type Config, readConfig } from '../../config.ts';
import { silentLog } from '../../log.ts';
import { APP, TENANT } from './fixtures/entra.ts';
import { typed } from './fixtures/payloads.ts';
import { type Microsoft, openMicrosoft } from './fixtures/teams-world.ts';

/** @param given no variables of Teams: chat is local */
function configOf(folder: string, given?: Readonly<Record<string, string>>): Config {
  const policy = join(folder, 'policy.yaml');
  const channels = given === undefined ? 'local:' : 'teams:Platform/';
  writeFileSync(policy, POLICY.replaceAll('local:#', channels));
  const own = { HALLPASS_POLICY: policy, DATABASE_URL: join(folder, 'hallpass.db'), PORT: '0' };
  const read = readConfig({ ...own, ...given }, { local: given === undefined });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.config;
}

const variablesOf = ({ entra, keys, service }: Microsoft) => ({
  MICROSOFT_APP_ID: APP,
  MICROSOFT_APP_PASSWORD: entra.credentials.secret.reveal(),
  MICROSOFT_APP_TENANT_ID: TENANT,
  MICROSOFT_LOGIN_URL: entra.url,
  MICROSOFT_GRAPH_URL: entra.graphUrl,
  MICROSOFT_CONNECTOR_URL: service.url,
  MICROSOFT_OPENID_URL: keys.openIdUrl,
});

/** What becomes of a delivery that Teams signed, and of one that nobody did. */
async function answersOf(config: Config, microsoft: Microsoft): Promise<readonly number[]> {
  const app = await createApp(config, silentLog);
  const port = await app.start();
  const ada = microsoft.person('Ada');
  const body = JSON.stringify(typed(microsoft.service, ada, { kind: 'chat' }, 'mine'));
  const authorization = `Bearer ${microsoft.keys.token({ serviceurl: microsoft.service.url })}`;
  const url = `http://127.0.0.1:${port}/api/messages`;
  const both: readonly Readonly<Record<string, string>>[] = [{ authorization }, {}];
  const sent = both.map((headers) => fetch(url, { method: 'POST', headers, body }));
  const statuses = (await Promise.all(sent)).map(({ status }) => status);
  await app.stop();
  return statuses;
}

test.each([
  ['there is none without an app id', false, [404, 404]],
  ['with one it is open to Teams alone', true, [200, 401]],
] as const)('%s', async (_what, hasApp, statuses) => {
  const microsoft = await openMicrosoft();
  const folder = makeTempFolder('route');
  const config = configOf(folder.path, hasApp ? variablesOf(microsoft) : undefined);
  expect(await answersOf(config, microsoft)).toEqual(statuses);
  folder.remove();
  await microsoft.close();
});
