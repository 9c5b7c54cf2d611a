/** Reads an expression when the policy is loaded: what it speaks of, or what is wrong with it. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { parsed } from './condition-language.ts';
import { patternFault } from './policy-pattern.ts';

/** What an expression speaks of, or what is wrong with it. */
export type Reading =
  | { readonly kind: 'fault'; readonly message: string }
  | {
      readonly kind: 'sound';
      readonly groups: readonly string[];
      readonly inputs: readonly string[];
      readonly freezes: readonly string[];
      readonly looksBack: boolean;
    };

export function readExpression(expression: string): Reading {
  try {
    const { ast, check } = parsed(expression);
    const { valid, type, error } = check();
    if (!valid) return fault(error?.message ?? 'it is not valid');
    if (type !== 'bool') return fault(`it is of type ${type}, and must be true or false`);
    return spokenOf(ast);
  } catch (error) {
    return fault(error instanceof Error ? error.message : String(error));
  }
}

/** NB. The library draws the expression below its message: the first line says what is wrong. */
function fault(message: string): Reading {
  return { kind: 'fault', message: message.split('\n')[0] ?? message };
}

const MACROS: ReadonlySet<string> = new Set(['exists', 'exists_one', 'all', 'map', 'filter']);

function spokenOf(ast: ASTNode): Reading {
  const nodes = [...nodesOf(ast, 0)];
  for (const placed of nodes) {
    const why = whyNot(placed);
    if (why !== undefined) return fault(why);
  }
  const all = nodes.map(({ node }) => node);
  return {
    kind: 'sound',
    groups: all.flatMap((node) => (isCall(node, 'memberOf') ? (literalOf(node) ?? []) : [])),
    inputs: all.flatMap((node) => fieldOf(node, 'inputs') ?? []),
    freezes: all.flatMap((node) => freezeOf(node) ?? []),
    looksBack: all.some((node) => isCall(node, 'usedWithin')),
  };
}

/** What could take long, and what could not be told when the policy is loaded. */
function whyNot({ node, macros }: Placed): string | undefined {
  const name = node.op === 'call' || node.op === 'rcall' ? node.args[0] : '';
  if (name === 'matches') return 'use `fits` instead of `matches`';
  if (MACROS.has(name) && macros > 1) return `\`${name}\` within another one takes too long`;
  if (name === 'fits') return faultOfPattern(literalOf(node));
  return name === 'memberOf' && literalOf(node) === undefined
    ? 'name the group itself, such as `memberOf("oncall")`'
    : undefined;
}

function isCall(node: ASTNode, name: string): boolean {
  return node.op === 'call' && node.args[0] === name;
}

function faultOfPattern(pattern: string | undefined): string | undefined {
  if (pattern === undefined)
    return 'write the pattern itself, such as `request.reason.fits("INC-[0-9]+")`';
  const why = patternFault(pattern);
  return why === undefined ? undefined : `this is no pattern that can be used: ${why}`;
}

/** The text that stands as the last argument of a call. */
function literalOf(node: ASTNode): string | undefined {
  if (node.op !== 'call' && node.op !== 'rcall') return undefined;
  const args = node.op === 'call' ? node.args[1] : node.args[2];
  return textOf(args.at(-1));
}

function textOf(node: ASTNode | undefined): string | undefined {
  return node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}

/** `request.inputs.ip`, `request.inputs["ip"]`: the name of the field. */
function fieldOf(node: ASTNode, of: string): string | undefined {
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [object, field] = node.args;
  if (object.op !== '.' || object.args[1] !== of) return undefined;
  return typeof field === 'string' ? field : textOf(field);
}

/** `"holidays" in time.freezes` */
function freezeOf(node: ASTNode): string | undefined {
  if (node.op !== 'in') return undefined;
  const [name, list] = node.args;
  return list.op === '.' && list.args[1] === 'freezes' ? textOf(name) : undefined;
}

interface Placed {
  readonly node: ASTNode;
  /** In how many macros it stands, itself included. */
  readonly macros: number;
}

function* nodesOf(node: ASTNode, outer: number): Iterable<Placed> {
  const isMacro = node.op === 'rcall' && MACROS.has(node.args[0]);
  const macros = outer + (isMacro ? 1 : 0);
  yield { node, macros };
  for (const child of childrenOf(node.args)) yield* nodesOf(child, macros);
}

function childrenOf(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
}
