/** The sections of haproxy.cfg, each with what it has from its `defaults`. */

export interface Section {
  /** As it is written: `frontend admin`. */
  readonly name: string;
  /** In the order in which HAProxy goes through them: those of `defaults` first. Comments are gone. */
  readonly lines: readonly string[];
}

interface Written extends Section {
  readonly kind: string;
}

const PROXY = /^(frontend|listen|backend)\s+\S+/;
const OTHER = /^(global|defaults|userlist|peers|resolvers|mailers|cache|program|ring)\b/;

/** Frontends, backends and what is both. */
export function proxiesIn(config: string): readonly Section[] {
  const sections = sectionsIn(config);
  return sections.flatMap((section, at) => {
    if (!PROXY.test(section.name)) return [];
    return [{ name: section.name, lines: linesOf(section, sections.slice(0, at)) }];
  });
}

/** HAProxy leaves out what is between `.if` and `.endif`, and only its start tells whether. */
export function hasConditions(config: string): boolean {
  return /^\s*\.(if|elif|else)\b/m.test(config);
}

function sectionsIn(config: string): readonly Written[] {
  const sections: { name: string; kind: string; lines: string[] }[] = [];
  for (const line of config.split('\n').map(tidy)) {
    const kind = (PROXY.exec(line) ?? OTHER.exec(line))?.[1];
    if (kind !== undefined) sections.push({ name: line, kind, lines: [] });
    else if (line !== '') sections.at(-1)?.lines.push(line);
  }
  return sections;
}

function linesOf(section: Written, before: readonly Written[]): readonly string[] {
  const at = before.findLastIndex((other) => isOver(section, other));
  const above = before[at];
  return above === undefined
    ? section.lines
    : [...linesOf(above, before.slice(0, at)), ...section.lines];
}

/** Those that are named after `from`, or else the last ones; `defaults` themselves have only what they name. */
function isOver(section: Written, { kind, name }: Written): boolean {
  if (kind !== 'defaults') return false;
  const from = / from (\S+)/.exec(section.name)?.[1];
  return from === undefined ? section.kind !== 'defaults' : name.split(' ')[1] === from;
}

function tidy(line: string): string {
  return line
    .replace(/(^|\s)#.*/, '')
    .trim()
    .replace(/\s+/g, ' ');
}
