/**
 * Looks in haproxy.cfg for the rule that turns people away. This is a reading aid and no parser of all
 * that HAProxy allows: it knows the form in docs/haproxy.md and says so when it sees another.
 */
import type { Finding } from '../provider.ts';
import { hasConditions, proxiesIn, type Section } from './config-sections.ts';
import {
  deletionOf,
  type Gate,
  headersIn,
  ignoresHttp,
  isOfKnownForm,
  writesMap,
} from './known-form.ts';

export function ruleFindings(config: string, gate: Gate): readonly Finding[] {
  const proxies = proxiesIn(config);
  const using = proxies.filter(({ lines }) => usesMap(lines, gate.map));
  if (using.length === 0) return [fault(`haproxy.cfg uses ${gate.map} in no section.`)];
  const isFixed = !hasConditions(config) && !proxies.some((one) => writesMap(one, gate.map));
  return using.flatMap((section) => [
    denialFinding(section, gate, isFixed),
    ...(gate.mode === 'email' ? headerFindings(section, gate.map) : []),
  ]);
}

function denialFinding(section: Section, gate: Gate, isFixed: boolean): Finding {
  const { map, mode, style } = gate;
  const { name, lines } = section;
  const rules = lines
    .filter(isDenial)
    .map((line) => spelledOut(line, lines))
    .filter((rule) => usesMap([rule], map));
  const lookup = mode === 'ip' ? 'map_ip_int(' : 'map_str_int(';
  if (rules.length === 0) return fault(`${name}: no deny or reject rule looks into ${map}.`);
  if (!rules.some((rule) => rule.includes('date('))) {
    return fault(`${name}: the rule for ${map} does not compare with date(): nothing ever ends.`);
  }
  if (!rules.some((rule) => rule.includes(`${lookup}${map},0)`))) {
    return fault(`${name}: look ${map} up with ${lookup}${map},0), so that absent means ended.`);
  }
  if (style === 'http' && ignoresHttp(section))
    return warning(
      `${name}: nothing says \`mode http\` here, and without it HAProxy ignores http-request rules.`,
    );
  return isFixed && isOfKnownForm(section, gate)
    ? { level: 'ok', message: `${name}: a deny rule goes by ${map} and date().` }
    : warning(
        `${name}: the rule for ${map} is not of the documented form for \`style: ${style}\`; check it by hand.`,
      );
}

function headerFindings({ name, lines }: Section, map: string): readonly Finding[] {
  const lookups = lines.filter((line) => usesMap([line], map));
  const first = lines.findIndex((line) => usesMap([line], map));
  return [...new Set(lookups.flatMap(headersIn))].map((header) =>
    deletionOf(header, lines.slice(0, first)) !== undefined
      ? { level: 'ok', message: `${name}: ${header} from elsewhere is deleted first.` }
      : fault(`${name}: ${header} is trusted from anybody; delete it first.`),
  );
}

const DENIAL =
  /^(http-request (deny|reject|return|tarpit)|tcp-request (connection|content) reject)\b/;

function isDenial(line: string): boolean {
  return DENIAL.test(line) && / (if|unless) /.test(line);
}

function usesMap(lines: readonly string[], map: string): boolean {
  return lines.some((line) => line.includes(`(${map},`) || line.includes(`(${map})`));
}

/** The rule with what its ACLs and variables stand for, and what those stand for in their turn. */
function spelledOut(rule: string, lines: readonly string[]): string {
  const parts = new Set([rule]);
  for (const part of parts) {
    for (const line of lines) if (isNamedIn(part, line)) parts.add(line);
  }
  return [...parts].join(' ; ');
}

function isNamedIn(part: string, line: string): boolean {
  const acl = /^acl (\S+) /.exec(line)?.[1];
  if (acl !== undefined) return part.split(/[ !]/).includes(acl);
  const variable = / set-var\(([^),]+)\) /.exec(line)?.[1];
  return variable !== undefined && part.includes(variable) && part !== line;
}

function fault(message: string): Finding {
  return { level: 'fault', message };
}

function warning(message: string): Finding {
  return { level: 'warning', message };
}
