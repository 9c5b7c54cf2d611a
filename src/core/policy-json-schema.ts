/** The policy file as a JSON Schema, for editors: the same definitions that check it. */
import { z } from 'zod';
import type { PolicyContext } from './policy-document.ts';
import { documentShape } from './policy-document-shape.ts';
import { groupShape } from './policy-group-shape.ts';
import { roleShape, sharedShape } from './policy-role-shape.ts';
import type { ProviderKind } from './policy-target.ts';
import { type PolicyNames, personShape } from './policy-values.ts';
import { asObject } from './policy-zod.ts';

type Schema = Readonly<Record<string, unknown>>;

export function policyJsonSchema({ providers: kinds, platforms, rosters }: PolicyContext): Schema {
  const names: PolicyNames = { groups: null, providers: null, platforms, rosters };
  const document = jsonSchema(documentShape(names));
  const all = [...kinds];
  const role = jsonSchema(roleShape(names));
  const targets = {
    ...asObject(asObject(role.properties).targets),
    items: anyOf(all.map(([type, kind]) => targetSchema(type, kind))),
  };
  const parts = {
    groups: jsonSchema(groupShape(names)),
    providers: anyOf(all.map(([type, kind]) => connectionSchema(type, kind))),
    people: jsonSchema(personShape),
    roles: { ...role, properties: { ...asObject(role.properties), targets } },
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Hallpass policy',
    ...document,
    properties: {
      ...asObject(document.properties),
      ...Object.fromEntries(
        Object.entries(parts).map(([key, entry]) => [key, entriesOf(document, key, entry)]),
      ),
      defaults: {
        ...asObject(asObject(document.properties).defaults),
        ...jsonSchema(z.strictObject(sharedShape(names))),
      },
    },
  };
}

function jsonSchema(schema: z.ZodType): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: made }) => Object.assign(made, asWritten(zodSchema)),
  });
  return rest;
}

/** What zod leaves out of a shape that turns what is written into something else: ours are as written. */
function asWritten(shape: z.core.$ZodType): Schema {
  const { examples, default: otherwise } = z.globalRegistry.get(shape) ?? {};
  return {
    ...(examples === undefined ? {} : { examples }),
    ...(otherwise === undefined ? {} : { default: otherwise }),
  };
}

function entriesOf(document: Schema, key: string, entry: Schema): Schema {
  return { ...asObject(asObject(document.properties)[key]), additionalProperties: entry };
}

/** What policy writes is the provider's own schema and one key more. */
function connectionSchema(type: string, kind: ProviderKind): Schema {
  return withKey(jsonSchema(kind.connectionSchema), 'type', { const: type });
}

function targetSchema(type: string, kind: ProviderKind): Schema {
  const target = { title: `at a provider of type ${type}`, ...jsonSchema(kind.targetSchema) };
  return withKey(target, 'provider', {
    type: 'string',
    title: 'provider',
    description: 'A name below `providers:`',
    examples: ['edge'],
  });
}

function withKey(schema: Schema, key: string, value: Schema): Schema {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return {
    ...schema,
    properties: { [key]: value, ...asObject(schema.properties) },
    required: [key, ...required],
  };
}

function anyOf(schemas: readonly Schema[]): Schema {
  const [only] = schemas;
  return schemas.length === 1 && only !== undefined ? only : { anyOf: schemas };
}
