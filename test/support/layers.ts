// Who may import whom. The table in ARCHITECTURE.md in a form that a test can read.

import { importsOf, type SourceFile, withoutComments } from './source-file.ts';

/** Adapters of each port: what stands for one of them, given the path of a file that is part of it. */
const ports = {
  'src/chat/platform.ts': (path: string) => folderBelow('src/chat', path),
  'src/access/provider.ts': (path: string) => folderBelow('src/access', path),
  'src/oncall/roster.ts': (path: string) => folderBelow('src/oncall', path),
  // A runner is a file, with others named after it: bullmq.ts, bullmq-connection.ts.
  'src/jobs/runner.ts': (path: string) =>
    /^src\/jobs\/(bullmq|in-process)\b/.exec(path)?.[0] ?? folderBelow('src/jobs', path),
  // Schema, migrations and the stores that share them are one thing.
  'src/store/store.ts': (path: string) =>
    path.startsWith('src/store/') ? 'src/store/' : undefined,
} as const;

const portFiles = Object.keys(ports);

/** What two adapters of one port may share. */
const shared = [
  /^src\/chat\/(pacing|questions)\.ts$/,
  /^src\/access\/aws(-elb|-people|-source|-timer|-trail(-deed|-pace)?)?\.ts$/,
  /^src\/access\/haproxy-(errors|findings|fleet|node|runtime)\.ts$/,
  /^src\/access\/parse\.ts$/,
  /^src\/oncall\/reader\.ts$/,
  /^src\/jobs\/(?!runner\.ts$|registry\.ts$)(?!bullmq|in-process)[\w-]+\.ts$/,
];

/** These know every adapter: they put the program together. */
const compositions = [/^src\/(app|main)\.ts$/, /^src\/(cli|demo)\//];

/** Named loggers and the clock are ports that everybody but the core may hold. */
const ambient = ['src/clock.ts', 'src/log.ts'];

/** Pure, and therefore fit for the core. re2js matches patterns in linear time, cel-js evaluates conditions. */
const corePackages = ['zod', 'node:crypto', 're2js', '@marcbachmann/cel-js'];

/** A package that only one place may know, so that it can be replaced there. */
const confined: readonly { name: RegExp; place: RegExp }[] = [
  { name: /^(botbuilder|botframework)/, place: /^src\/chat\/teams\// },
  { name: /^@aws-sdk\//, place: /^src\/access\/aws-/ },
  { name: /^@slack\//, place: /^src\/chat\/slack\// },
  { name: /^(bullmq|ioredis)(\/|$)/, place: /^src\/jobs\/bullmq/ },
  { name: /^drizzle-orm(\/|$)/, place: /^src\/store\// },
  { name: /^better-sqlite3$/, place: /^src\/store\/driver\.ts$/ },
  { name: /^yaml(\/|$)/, place: /^src\/(cli\/)?policy-[\w-]+\.ts$/ },
];

/** What a file does besides importing. Also read without its comments. */
const forbiddenText: readonly { what: string; text: RegExp; allowed: RegExp }[] = [
  {
    what: 'process.env',
    text: /\bprocess\s*\.\s*env\b|\bprocess\s*\[\s*['"]env|\{[^}]*\benv\b[^}]*\}\s*(?:=\s*process\b|from\s*['"](?:node:)?process)/,
    allowed: /^src\/config\.ts$/,
  },
  { what: 'the time of day', text: /\bDate\.now\b|\bnew Date\(\s*\)/, allowed: /^src\/(?!core\/)/ },
  {
    what: 'randomness',
    text: /\bMath\.random\b|\brandom(UUID|Bytes|Int)\b/,
    allowed: /^src\/(?!core\/)/,
  },
];

/** Tests and contract suites stand outside of the layers: they bring adapters together on purpose. */
function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.endsWith('/contract.ts');
}

/** Each breach as `file: what it must not do`. */
export function breaches(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => !isTest(file.path))
    .flatMap((file) => [
      ...importsOf(file)
        .filter((imported) => !mayImport(file.path, imported))
        .map((imported) => `${file.path} imports ${imported}`),
      ...forbiddenIn(file).map((what) => `${file.path} reads ${what}`),
    ]);
}

function forbiddenIn(file: SourceFile): string[] {
  const text = withoutComments(file.text);
  return forbiddenText
    .filter((rule) => !rule.allowed.test(file.path) && rule.text.test(text))
    .map((rule) => rule.what);
}

function mayImport(from: string, imported: string): boolean {
  if (!imported.startsWith('src/')) return mayUsePackage(from, imported);
  if (isTest(imported)) return false;
  return compositions.some((place) => place.test(from)) || mayKnow(from, imported);
}

function mayUsePackage(from: string, name: string): boolean {
  // Something of this package, yet outside of src: nothing that is shipped.
  if (/^(test|bench|scripts|\.\.)\//.test(name)) return false;
  if (from.startsWith('src/core/')) return corePackages.includes(name);
  return confined.every((rule) => !rule.name.test(name) || rule.place.test(from));
}

/** Between files of src that do not put the program together. */
function mayKnow(from: string, imported: string): boolean {
  if (imported.startsWith('src/core/')) return true;
  if (from.startsWith('src/core/')) return false;
  if (ambient.includes(imported)) return true;
  if (portFiles.includes(from)) return portFiles.includes(imported);

  const adapter = adapterOf(from);
  if (adapter) {
    const sharesIt = sameTop(from, imported) && shared.some((place) => place.test(imported));
    return imported === adapter.port || imported.startsWith(adapter.own) || sharesIt;
  }
  if (/^src\/(chat|access|oncall|jobs|store)\/registry\.ts$/.test(from))
    return knowsItsAdapters(from, imported);

  // The workflow, and whatever else stands beside it: the ports, and its own folder.
  return portFiles.includes(imported) || (!adapterOf(imported) && sameTop(from, imported));
}

function adapterOf(path: string): { port: string; own: string } | undefined {
  if (portFiles.includes(path)) return undefined;
  for (const [port, ownOf] of Object.entries(ports)) {
    const own = ownOf(path);
    if (own) return { port, own };
  }
  return undefined;
}

function knowsItsAdapters(registry: string, imported: string): boolean {
  const tree = registry.replace(/registry\.ts$/, '');
  return imported.startsWith(tree) || imported === 'src/config.ts';
}

/** `src/access/haproxy/client.ts` below `src/access` is in `src/access/haproxy/`. */
function folderBelow(parent: string, path: string): string | undefined {
  return new RegExp(`^${parent}/[^/]+/`).exec(path)?.[0];
}

/** In the same folder of src, or both directly in src. */
function sameTop(one: string, other: string): boolean {
  const top = (path: string) => /^src\/([^/]+\/)?/.exec(path)?.[0];
  return top(one) === top(other);
}

/** Each adapter folder that its registry does not name, or that no contract runs over. */
export function unfinishedAdapters(files: readonly SourceFile[]): string[] {
  const folders = new Set(
    files.flatMap(({ path }) =>
      ['access', 'chat', 'oncall'].flatMap((tree) => folderBelow(`src/${tree}`, path) ?? []),
    ),
  );
  return [...folders].flatMap((folder) => {
    const parent = folder.replace(/[^/]+\/$/, '');
    const importsFrom = (importer: RegExp, wanted: string) =>
      files
        .filter((file) => importer.test(file.path))
        .some((file) => importsOf(file).some((imported) => imported.startsWith(wanted)));
    const testOfIt = new RegExp(`^${folder}.*\\.test\\.ts$`);
    return [
      ...(importsFrom(new RegExp(`^${parent}registry\\.ts$`), folder)
        ? []
        : [`${folder} is not in ${parent}registry.ts`]),
      ...(importsFrom(testOfIt, `${parent}contract.ts`)
        ? []
        : [`${folder} has no test that runs ${parent}contract.ts`]),
    ];
  });
}

/** Tests that start servers, and are not named so that they run one after another. */
export function misnamedServerTests(files: readonly SourceFile[]): string[] {
  const starters = /^test\/support\/(redis|haproxy|local-slack|agents-playground|servers)\.ts$/;
  return files
    .filter(({ path }) => path.endsWith('.test.ts') && !/\.(server|slow)\.test\.ts$/.test(path))
    .filter((file) => importsOf(file).some((imported) => starters.test(imported)))
    .map(({ path }) => path);
}
