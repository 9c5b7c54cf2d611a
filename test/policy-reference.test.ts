/** The page of every key: nothing is missing in it, and its examples are what the schema takes. */
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { type Node, sections, undescribed } from '../scripts/policy-keys.ts';
import { policyContext } from '../src/cli/policy-context.ts';
import { policyJsonSchema } from '../src/core/policy-json-schema.ts';

const schema: Node = policyJsonSchema(policyContext());
const keys = sections(schema).flatMap(({ path, node }) =>
  Object.entries(node.properties ?? {}).map(([key, one]) => [`${path}.${key}`, one] as const),
);

test('every key says what it is, with an example', () => {
  expect(keys.length).toBeGreaterThan(100);
  expect(undescribed(schema)).toEqual([]);
});

test('every example is what the schema takes', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const [path, one] of keys)
    for (const example of one.examples ?? [])
      expect(ajv.validate(one, example), `${path}: ${JSON.stringify(example)}`).toBe(true);
});

test('a key without a description or an example is found', () => {
  const bare = { properties: { one: { type: 'string' }, two: { description: 'Two' } } };
  expect(undescribed(bare)).toEqual(['one', 'two']);
});
