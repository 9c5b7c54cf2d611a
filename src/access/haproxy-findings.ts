/** What every doctor at HAProxy looks at. */
import type { RuntimeNode } from './haproxy-runtime.ts';
import type { Finding } from './provider.ts';

export async function versionOf(client: RuntimeNode): Promise<Finding> {
  const version = (await client.ask(['show', 'version'])).trim();
  const message = `${client.name}: HAProxy ${version.slice(0, 60)} answers.`;
  return /^\d+\.\d+/.test(version)
    ? { level: 'ok', message }
    : { level: 'warning', message: `${client.name}: the version cannot be told.` };
}
