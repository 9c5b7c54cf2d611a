/**
 * Properties are tried with the same chances in every run. `HALLPASS_TEST_SEED` takes others, and so does
 * whoever asks for more of them by `HALLPASS_FUZZ_RUNS`.
 */
import fc from 'fast-check';

const { HALLPASS_TEST_SEED: seed, HALLPASS_FUZZ_RUNS: more } = process.env;

if (seed !== undefined || more === undefined) fc.configureGlobal({ seed: Number(seed ?? 1) });
