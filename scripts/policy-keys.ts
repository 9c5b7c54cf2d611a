/** The keys of the policy file out of its JSON Schema: where each stands, its type, default and an example. */

export interface Node {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
}

export interface Section {
  readonly path: string;
  readonly node: Node;
}

/** The whole page. */
export function reference(schema: Node): string {
  const [top, ...rest] = sections(schema);
  if (top === undefined) throw new Error('the schema has no keys');
  return [HEAD, table(top), ...rest.map((one) => `## ${code(one.path)}\n\n${body(one)}`), ''].join(
    '\n\n',
  );
}

const HEAD = `# Every key of the policy file

<!-- Written by \`npm run policy:reference\` from the schema that checks the file. -->

What the keys are for, and how they work together, is told in [policy.md](policy.md). A dot leads to a key, \`<name>\` stands for a
name that the file chooses, \`[]\` for each entry of a list.`;

/** Keys without a description or an example. */
export function undescribed(schema: Node): readonly string[] {
  return sections(schema).flatMap(({ path, node }) =>
    Object.entries(node.properties ?? {})
      .filter(([, one]) => one.const === undefined && (!one.description || !exampleOf(one)))
      .map(([key]) => (path === '' ? key : `${path}.${key}`)),
  );
}

/** Objects with keys of their own, each once, outer before inner. */
export function sections(schema: Node): readonly Section[] {
  const seen = new Set<string>();
  return inside({ path: '', node: schema }).filter(({ node }) => {
    const text = JSON.stringify(node);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function inside({ path, node }: Section): readonly Section[] {
  const own = node.properties === undefined ? [] : [{ path, node }];
  const keys = Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
    key === 'defaults' ? [] : inside({ path: path === '' ? key : `${path}.${key}`, node: child }),
  );
  const entries = asNode(node.additionalProperties);
  const deeper = [
    ...(entries === undefined ? [] : inside({ path: `${path}.<name>`, node: entries })),
    ...(node.items === undefined ? [] : inside({ path: `${path}[]`, node: node.items })),
    ...branches(node).flatMap((branch) => inside({ path: named(path, branch), node: branch })),
  ];
  return [...own, ...keys, ...deeper];
}

function asNode(entries: Node | boolean | undefined): Node | undefined {
  return typeof entries === 'object' ? entries : undefined;
}

const branches = ({ anyOf = [], oneOf = [] }: Node): readonly Node[] => [...anyOf, ...oneOf];

/** One of several shapes goes by its title, or by the key that tells it from the others. */
function named(path: string, { title, properties = {}, required = [] }: Node): string {
  const fixed = Object.entries(properties).find(([, one]) => one.const !== undefined);
  if (title !== undefined) return `${path} ${title}`;
  if (fixed !== undefined) return `${path} with ${fixed[0]}: ${fixed[1].const}`;
  return required[0] === undefined ? path : `${path} with ${required[0]}`;
}

function body(section: Section): string {
  const { description } = section.node;
  return description === undefined ? table(section) : `${description}.\n\n${table(section)}`;
}

function table({ node }: Section): string {
  const rows = Object.entries(node.properties ?? {}).map(([key, one]) => row(key, one, node));
  return ['| key | type | left out | example | |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function row(key: string, one: Node, { required = [] }: Node): string {
  const cells = [
    code(key),
    typeOf(one),
    required.includes(key) ? '**required**' : leftOut(one),
    exampleOf(one) ?? '',
    key === 'defaults' ? `${one.description}: ${keysOf(one)}` : (one.description ?? ''),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const keysOf = ({ properties = {} }: Node): string => Object.keys(properties).map(code).join(', ');

function leftOut(one: Node): string {
  const value = one.default;
  if (value === undefined || value === null || isEmpty(value)) return 'nothing';
  return typeof value === 'string' && value.includes(' ') ? value : code(text(value));
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

function exampleOf(one: Node): string | undefined {
  if (one.const !== undefined) return code(text(one.const));
  const [example] = one.examples ?? one.enum ?? [];
  return example === undefined ? undefined : code(text(example));
}

/** As it is written in YAML on one line. */
function text(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return scalar(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${text(inner)}`);
  return `{ ${pairs.join(', ')} }`;
}

function scalar(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  if (/^[a-z/][\w./-]*$|^\d+[a-z]+$/i.test(value)) return value;
  return value.includes('"') ? `'${value}'` : `"${value}"`;
}

const code = (words: string): string => `\`${words}\``;

function typeOf(one: Node): string {
  if (one.properties !== undefined) return 'map';
  if (one.title !== undefined) return one.title;
  if (one.const !== undefined) return code(text(one.const));
  if (one.enum !== undefined) return one.enum.map((value) => code(text(value))).join(' or ');
  if (one.items !== undefined) return `list: ${typeOf(one.items)}`;
  if (branches(one).length > 0) return unionOf(one);
  return asNode(one.additionalProperties) === undefined ? range(one) : 'map by name';
}

function unionOf(one: Node): string {
  const kinds = branches(one).filter(({ type }) => type !== 'null');
  return [...new Set(kinds.map(typeOf))].join(' or ');
}

function range({ type = 'any', minimum, maximum }: Node): string {
  return minimum === undefined || maximum === undefined ? type : `${minimum} to ${maximum}`;
}
