/**
 * Looks in haproxy.cfg for the rule that turns people away. This is a reading aid and no parser of all
 * that HAProxy allows: it knows the form in docs/haproxy.md and says so when it sees another.
 */
import type { Finding } from '../provider.ts';
import type { KeyMode } from './key.ts';

interface Section {
  readonly name: string;
  readonly lines: readonly string[];
}

interface Gate {
  readonly map: string;
  readonly mode: KeyMode;
}

export function ruleFindings(config: string, gate: Gate): readonly Finding[] {
  const using = sectionsOf(config).filter((section) => usesMap(section.lines, gate.map));
  if (using.length === 0) return [fault(`haproxy.cfg uses ${gate.map} in no section.`)];
  return using.flatMap((section) => sectionFindings(section, gate));
}

function sectionFindings(section: Section, gate: Gate): readonly Finding[] {
  const rules = section.lines.filter(isDenial).map((line) => spelledOut(line, section.lines));
  const ours = rules.filter((rule) => usesMap([rule], gate.map));
  const headers = gate.mode === 'email' ? headerFindings(section, gate.map) : [];
  return [denialFinding(section.name, ours, gate), ...headers];
}

function denialFinding(section: string, rules: readonly string[], { map, mode }: Gate): Finding {
  const lookup = mode === 'ip' ? 'map_ip_int(' : 'map_str_int(';
  if (rules.length === 0) return fault(`${section}: no deny or reject rule looks into ${map}.`);
  if (!rules.some((rule) => rule.includes('date('))) {
    return fault(
      `${section}: the rule for ${map} does not compare with date(): nothing ever ends.`,
    );
  }
  if (!rules.some((rule) => rule.includes(`${lookup}${map},0)`))) {
    return fault(`${section}: look ${map} up with ${lookup}${map},0), so that absent means ended.`);
  }
  const known = rules.some((rule) => /\bgt 0\b/.test(rule) && /( unless | !)/.test(rule));
  return known
    ? { level: 'ok', message: `${section}: a deny rule goes by ${map} and date().` }
    : warning(`${section}: the rule for ${map} is not of the documented form; check it by hand.`);
}

/** Whoever can send the header themselves can be anybody. */
function headerFindings(section: Section, map: string): readonly Finding[] {
  const lookups = section.lines.filter((line) => usesMap([line], map));
  return [...new Set(lookups.flatMap(headersIn))].map((header) => {
    const deletion = new RegExp(`^http-request del-header ${header}( |$)`, 'i');
    const at = section.lines.findIndex((line) => deletion.test(line));
    const before = at >= 0 && at < section.lines.findIndex((line) => usesMap([line], map));
    return before
      ? { level: 'ok', message: `${section.name}: ${header} from elsewhere is deleted first.` }
      : fault(`${section.name}: ${header} is trusted from anybody; delete it first.`);
  });
}

function headersIn(line: string): readonly string[] {
  return [...line.matchAll(/hdr\(([A-Za-z0-9_-]+)/g)].map((match) => match[1] ?? '');
}

const SECTION = /^(frontend|listen|backend|defaults)\s+\S+/;
const OTHER_SECTION = /^(global|defaults|userlist|peers|resolvers|mailers|cache|program|ring)\b/;
const DENIAL =
  /^(http-request (deny|reject|return|tarpit)|tcp-request (connection|content) reject)\b/;

function sectionsOf(config: string): readonly Section[] {
  const sections: { name: string; lines: string[] }[] = [];
  for (const line of config.split('\n').map(tidy)) {
    if (SECTION.test(line) || OTHER_SECTION.test(line)) sections.push({ name: line, lines: [] });
    else if (line !== '') sections.at(-1)?.lines.push(line);
  }
  return sections;
}

function tidy(line: string): string {
  return line
    .replace(/(^|\s)#.*/, '')
    .trim()
    .replace(/\s+/g, ' ');
}

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
