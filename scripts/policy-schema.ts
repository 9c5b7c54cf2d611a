/** Writes schema/policy.schema.json; with --check, fails when that file says something else. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { policyContext } from '../src/cli/policy-context.ts';
import { policyJsonSchema } from '../src/core/policy-json-schema.ts';

const file = fileURLToPath(new URL('../schema/policy.schema.json', import.meta.url));
const biome = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url));
const fresh = JSON.stringify(policyJsonSchema(policyContext()), null, 2);

if (!process.argv.includes('--check')) {
  writeFileSync(file, `${fresh}\n`);
  execFileSync(biome, ['format', '--write', file]);
} else if (!isDeepStrictEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(fresh))) {
  console.error('schema/policy.schema.json is out of date: run `npm run policy:schema`.');
  process.exitCode = 1;
}
