/** Properties are tried with the same chances in every run; `HALLPASS_TEST_SEED` takes others. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.HALLPASS_TEST_SEED ?? 1) });
