/**
 * The values that a requester adds as `name=value`: from what was typed to the one canonical text
 * that is stored, shown and handed to a provider. Whatever cannot be read is refused with a sentence.
 */
import {
  formatNetwork,
  isNobodys,
  isSingle,
  type Network,
  parseNetwork,
  withoutHostBits,
} from './ip.ts';
import { didYouMean, orList } from './nearest.ts';
import type { InputSpec } from './policy.ts';
import { patternFits } from './policy-pattern.ts';
import { plainText, shown } from './typed.ts';

export type InputReading =
  | { readonly kind: 'fit'; readonly value: string }
  | { readonly kind: 'unfit'; readonly why: string };

export type InputFault =
  | { readonly code: 'missing'; readonly name: string; readonly label: string }
  | { readonly code: 'unfit'; readonly name: string; readonly why: string }
  | { readonly code: 'unknown'; readonly name: string; readonly known: readonly string[] };

export interface InputsReading {
  /** Canonical, by declared name. Complete when there are no faults. */
  readonly values: Readonly<Record<string, string>>;
  readonly faults: readonly InputFault[];
}

type Specs = Readonly<Record<string, InputSpec>>;
type SpecOf<Kind extends InputSpec['kind']> = Extract<InputSpec, { kind: Kind }>;

const accept = (value: string): InputReading => ({ kind: 'fit', value });
const refuse = (why: string): InputReading => ({ kind: 'unfit', why });

/** All of a role's inputs at once. An empty value is no value. */
export function readInputs(specs: Specs, typed: Readonly<Record<string, string>>): InputsReading {
  const known = Object.keys(specs);
  const faults: InputFault[] = Object.keys(typed)
    .filter((name) => !Object.hasOwn(specs, name))
    .map((name) => ({ code: 'unknown', name, known }));
  const values: [string, string][] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const text = plainText(Object.hasOwn(typed, name) ? (typed[name] ?? '') : '');
    if (text === '') {
      if (spec.required) faults.push({ code: 'missing', name, label: spec.label });
      continue;
    }
    const reading = readInput(spec, text);
    if (reading.kind === 'fit') values.push([name, reading.value]);
    else faults.push({ code: 'unfit', name, why: reading.why });
  }
  return { values: Object.fromEntries(values), faults };
}

export function inputFaultText(fault: InputFault): string {
  switch (fault.code) {
    case 'missing':
      return `\`${fault.name}=\` is missing: ${fault.label}.`;
    case 'unfit':
      return fault.why;
    case 'unknown':
      return fault.known.length === 0
        ? `This role takes no \`${fault.name}=\`: it has no inputs.`
        : `This role takes no \`${fault.name}=\`. It takes ${orList(fault.known)}.`;
  }
}

/** @param text as typed, see `plainText` */
export function readInput(spec: InputSpec, text: string): InputReading {
  switch (spec.kind) {
    case 'ip':
      return readIp(spec, text);
    case 'port':
      return readPort(spec, text);
    case 'choice':
      return readChoice(spec, text);
    case 'text':
      return readText(spec, text);
  }
}

function readIp(spec: SpecOf<'ip'>, text: string): InputReading {
  const network = parseNetwork(text);
  if (network === undefined)
    return refuse(
      `${shown(text)} is no IP address. Write one such as \`192.0.2.7\` or \`2001:db8::7\`.`,
    );
  const widest = network.family === 4 ? spec.widest.v4 : spec.widest.v6;
  if (network.prefix < widest) return refuse(tooWide(network, widest));
  const clean = withoutHostBits(network);
  if (clean.bits !== network.bits)
    return refuse(
      `${shown(text)} is an address inside a network. The network is \`${formatNetwork(clean)}\`.`,
    );
  if (isNobodys(network)) return refuse(`${shown(text)} is no address that anybody comes from.`);
  return accept(formatNetwork(network));
}

function tooWide(network: Network, widest: number): string {
  const limit = isSingle({ ...network, prefix: widest })
    ? 'Only a single address may be given'
    : `The widest network that may be given is a /${widest}`;
  return `/${network.prefix} is too wide. ${limit}.`;
}

function readPort(spec: SpecOf<'port'>, text: string): InputReading {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= spec.min && port <= spec.max) return accept(String(port));
  const range =
    spec.min === spec.max
      ? `The port must be ${spec.min}`
      : `A port from ${spec.min} to ${spec.max} is needed`;
  return refuse(`${shown(text)} will not do. ${range}.`);
}

function readChoice(spec: SpecOf<'choice'>, text: string): InputReading {
  const wanted = text.toLowerCase();
  const option =
    spec.options.find((known) => known === text) ??
    spec.options.find((known) => known.toLowerCase() === wanted);
  if (option !== undefined) return accept(option);
  const few = spec.options.slice(0, 10);
  const more =
    spec.options.length > few.length ? ` and ${spec.options.length - few.length} more` : '';
  return refuse(
    `${shown(text)} is not on offer: choose ${orList(few)}${more}.${didYouMean(text, spec.options)}`,
  );
}

function readText(spec: SpecOf<'text'>, text: string): InputReading {
  if (text.length > spec.maxLength)
    return refuse(
      `${spec.label} has ${text.length} characters; at most ${spec.maxLength} are allowed.`,
    );
  if (spec.pattern !== null && !patternFits(spec.pattern, text)) {
    const example = spec.example === undefined ? '' : `, for example \`${spec.example}\``;
    return refuse(`${shown(text)} does not look like ${spec.label}${example}.`);
  }
  return accept(text);
}

/** A value that `readInput` accepts, for an example to copy. */
export function exampleInput(spec: InputSpec): string {
  switch (spec.kind) {
    case 'ip':
      return '192.0.2.7';
    case 'port':
      return String(spec.min);
    case 'choice':
      return spec.options[0] ?? '';
    case 'text':
      return spec.example ?? 'text'.slice(0, spec.maxLength);
  }
}
