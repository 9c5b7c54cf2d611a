// Prints `<passed> <failed>` from the JSON report of vitest. A file that could not even be loaded has no tests in it
// that could fail, and counts as one failure.

import { readFileSync } from 'node:fs';

/** @typedef {{ status: string, assertionResults: { status: string }[] }} File */

const [, , report = 'test-results/vitest.json'] = process.argv;

/** @type {{ testResults: File[] }} */
const { testResults } = JSON.parse(readFileSync(report, 'utf8'));

const tests = testResults.flatMap((file) => file.assertionResults);
/** @param {string} status */
const counted = (status) => tests.filter((test) => test.status === status).length;

const unloaded = testResults.filter(
  (file) =>
    file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;

console.log(`${counted('passed')} ${counted('failed') + unloaded}`);
