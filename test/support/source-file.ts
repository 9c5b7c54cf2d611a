// What the architecture test reads of a source file: its imports, and its text without comments. TypeScript 7 has no
// stable API to ask, so this looks for the few forms that an import can have.

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export interface SourceFile {
  /** From the root of the package, with `/`. */
  readonly path: string;
  readonly text: string;
}

const importForms = [
  // import … from 'x', export … from 'x'
  /^[ \t]*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  // import 'x'
  /^[ \t]*import\s*['"]([^'"]+)['"]/gm,
  // import('x'), require('x'), also as a type
  /\b(?:import|require)\s*\(\s*['"`]([^'"`]+)['"`]/g,
];

// A string is matched, so that what looks like a comment inside it is left alone. A URL in a regular expression would
// be cut short, which costs the rest of its line and no import.
const stringOrComment =
  /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

export function sourceFiles(root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

export function withoutComments(text: string): string {
  return text.replace(stringOrComment, (whole, string?: string) =>
    string === undefined ? ' ' : whole,
  );
}

/** Each import of a file: a path from the root of the package where it is relative, else the specifier as it stands. */
export function importsOf(file: SourceFile): string[] {
  const text = withoutComments(file.text);
  const specifiers = importForms.flatMap((form) =>
    [...text.matchAll(form)].flatMap((found) => found[1] ?? []),
  );
  return [...new Set(specifiers)].map((specifier) =>
    specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : specifier,
  );
}
