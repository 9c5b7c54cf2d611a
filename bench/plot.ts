/** Plots as SVG: a line or two over ever more live grants, readable on light and on dark. */

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
  readonly title: string;
  /** With its unit. */
  readonly y: string;
  readonly lines: readonly Line[];
  readonly goal?: { readonly at: number; readonly name: string };
}

const WIDTH = 640;
const HEIGHT = 360;
const LEFT = 72;
const RIGHT = 616;
const TOP = 56;
const BOTTOM = 296;
const X = { from: 100, to: 100_000, label: 'live grants' };
const COLOURS = ['one', 'two'];

const STYLE = `
    .ground { fill: #ffffff }
    text { font: 13px system-ui, sans-serif; fill: #24292f }
    .title { font-size: 16px; font-weight: 600 }
    .grid { stroke: #d8dee4; stroke-width: 1 }
    .goal { stroke: #8c959f; stroke-width: 1.5; stroke-dasharray: 6 4 }
    .one { stroke: #0969da; fill: #0969da } .two { stroke: #bc4c00; fill: #bc4c00 }
    polyline.one, polyline.two { stroke-width: 2.5; fill: none } text.one, text.two { stroke: none }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #30363d } .goal { stroke: #7d8590 }
      .one { stroke: #58a6ff; fill: #58a6ff } .two { stroke: #f0883e; fill: #f0883e }
    }`;

export function svgOf(plot: Plot): string {
  const values = plot.lines.flatMap(({ points }) => points.map(([, y]) => y));
  const top = niceTop(Math.max(...values, plot.goal?.at ?? 0));
  const y = (value: number) => BOTTOM - ((BOTTOM - TOP) * value) / top;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${plot.title}">`,
    `  <style>${STYLE}\n  </style>`,
    `  <rect class="ground" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    text(LEFT, 30, plot.title, 'start', 'title'),
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => levelAt(y(top * share), top * share)),
    ...[100, 1_000, 10_000, 100_000].map((x) => text(xOf(x), BOTTOM + 22, number(x))),
    text((LEFT + RIGHT) / 2, BOTTOM + 46, X.label),
    `  <text x="18" y="${(TOP + BOTTOM) / 2}" text-anchor="middle" transform="rotate(-90 18 ${(TOP + BOTTOM) / 2})">${plot.y}</text>`,
    ...(plot.goal === undefined ? [] : goalAt(y(plot.goal.at), plot.goal.name)),
    ...plot.lines.flatMap((line, nth) => drawn(line, COLOURS[nth] ?? 'one', y)),
    ...(plot.lines.length > 1 ? plot.lines.map(legend) : []),
    '</svg>\n',
  ].join('\n');
}

/** Logarithmic. */
function xOf(value: number): number {
  const share = Math.log10(value / X.from) / Math.log10(X.to / X.from);
  return Math.round(LEFT + 24 + (RIGHT - LEFT - 48) * share);
}

function levelAt(y: number, value: number): readonly string[] {
  const line = `  <line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${y}" y2="${y}"/>`;
  return [line, text(LEFT - 8, y + 4, number(value), 'end')];
}

function goalAt(y: number, name: string): readonly string[] {
  const line = `  <line class="goal" x1="${LEFT}" x2="${RIGHT}" y1="${y}" y2="${y}"/>`;
  return [line, text(RIGHT, y - 6, name, 'end')];
}

function drawn({ points }: Line, colour: string, y: (value: number) => number): readonly string[] {
  const places = points.map(([x, value]) => [xOf(x), Number(y(value).toFixed(1))] as const);
  const path = places.map((place) => place.join(',')).join(' ');
  const dots = places.map(([x, at]) => `  <circle class="${colour}" cx="${x}" cy="${at}" r="4"/>`);
  return [`  <polyline class="${colour}" points="${path}"/>`, ...dots];
}

function legend({ name }: Line, nth: number): string {
  return text(RIGHT - 60 * nth, 30, name, 'end', COLOURS[nth]);
}

function text(x: number, y: number, words: string, anchor = 'middle', kind?: string): string {
  const style = kind === undefined ? '' : ` class="${kind}"`;
  return `  <text${style} x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>`;
}

/** 1, 2, 4 or 8 times a power of ten: four even steps of it are short numbers. */
function niceTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 4, 8].find((times) => times * power >= most) ?? 10) * power;
}

function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}
