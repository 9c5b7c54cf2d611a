/** Writes docs/policy-reference.md from the schema; with --check, fails when that file says something else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { policyContext } from '../src/cli/policy-context.ts';
import { policyJsonSchema } from '../src/core/policy-json-schema.ts';
import { reference, undescribed } from './policy-keys.ts';

const file = fileURLToPath(new URL('../docs/policy-reference.md', import.meta.url));
const schema = policyJsonSchema(policyContext());
const gaps = undescribed(schema);
const fresh = reference(schema);

if (gaps.length > 0) {
  console.error(`Say in the schema what these are, with an example: ${gaps.join(', ')}.`);
  process.exitCode = 1;
} else if (!process.argv.includes('--check')) {
  writeFileSync(file, fresh);
} else if (readFileSync(file, 'utf8') !== fresh) {
  console.error('docs/policy-reference.md is out of date: run `npm run policy:reference`.');
  process.exitCode = 1;
}
