/** The Teams app package: the manifest with its blanks filled in, and the icons. */
import { readFileSync } from 'node:fs';
import schema from '@microsoft/app-manifest/build/json-schemas/teams/v1.25/MicrosoftTeams.schema.json' with {
  type: 'json',
};
import draft04 from 'ajv-draft-04';
import { zipSync } from 'fflate';

const folder = new URL('../manifests/teams/', import.meta.url);

const MANIFEST = 'manifest.json';
const ICONS = ['color.png', 'outline.png'];

/** The earliest that a zip can tell, in any time zone: the same input makes the same bytes. */
const MADE = new Date(1980, 0, 1);

const fitsSchema = new draft04.default({
  allErrors: true,
  strict: false,
  formats: { uri: true },
}).compile(schema);

export interface Blanks {
  readonly MICROSOFT_APP_ID: string;
  /** A page that says what the app is to the people who find it in Teams. */
  readonly ABOUT: string;
  readonly VERSION: string;
}

export function filledManifest(blanks: Blanks): unknown {
  const values = new Map<string, string>(Object.entries(blanks));
  const fill = (text: string) =>
    text.replace(/\{\{(\w+)\}\}/g, (blank, name: string) => values.get(name) ?? blank);
  return JSON.parse(readFileSync(new URL(MANIFEST, folder), 'utf8'), (_key, value: unknown) =>
    typeof value === 'string' ? fill(value) : value,
  );
}

/** What Microsoft's own schema has against it, each with the place it is about. */
export function manifestFaults(manifest: unknown): readonly string[] {
  if (fitsSchema(manifest)) return [];
  return (fitsSchema.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

export function zippedApp(manifest: unknown): Uint8Array {
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const icons = ICONS.map((name) => [name, readFileSync(new URL(name, folder))] as const);
  return zipSync({ [MANIFEST]: text, ...Object.fromEntries(icons) }, { level: 9, mtime: MADE });
}
