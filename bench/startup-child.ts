/** Makes the program as its environment says, and prints which packages were loaded for it. */
import { createRequire } from 'node:module';
import { createApp } from '../src/app.ts';
import { settings } from '../src/cli/settings.ts';
import { createLog } from '../src/log.ts';

const io = { out: console.log, err: console.error };
const config = settings({ local: process.argv.includes('--local') }, io);
if (config === undefined) throw new Error('it is not set up');
const app = await createApp(config, createLog('silent'));
// NB. What an SDK is made of is CommonJS, which is found here however it was imported.
const files = Object.keys(createRequire(import.meta.url).cache);
const packages = files.flatMap(
  (file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
);
io.out(JSON.stringify([...new Set(packages)]));
await app.stop();
