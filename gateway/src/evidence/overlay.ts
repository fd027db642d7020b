import type { Detection } from '@pingan/models/contract';

type SnapshotBox = {
  /** [x, y, width, height], relative to the picture, 0..1. */
  box: Detection['box'];
  label: string;
  /** 0..1. */
  confidence: number;
};
type SnapshotZone = {
  name: string;
  /** Corners relative to the picture, 0..1. */
  polygon: readonly (readonly [number, number])[];
};
type SnapshotLine = {
  name: string;
  /** Corners relative to the picture, 0..1. */
  points: readonly (readonly [number, number])[];
  /** Which way it was crossed: left and right of somebody who walks along it. */
  direction?: 'left-to-right' | 'right-to-left' | undefined;
};
export type Overlay = {
  boxes: readonly SnapshotBox[];
  zones: readonly SnapshotZone[];
  lines?: readonly SnapshotLine[];
  caption: string;
};

const BOX_COLOUR = '#ff4d4f';
const ZONE_COLOUR = '#ffc53d';
const FONT = "'Noto Sans CJK SC', 'Source Han Sans SC', 'WenQuanYi Zen Hei', 'DejaVu Sans', sans-serif";
const TEXT_LIMIT = 80;
const ITEM_LIMIT = 64;

/** Boxes, zones and caption as an SVG of the picture's size; every text is escaped, every number clamped to the picture. */
export function overlaySvg(
  { boxes, zones, lines = [], caption }: Overlay,
  width: number,
  height: number,
): string {
  const drawing = new Drawing(width, height);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    ...zones.slice(0, ITEM_LIMIT).map((zone) => drawing.zone(zone)),
    ...lines.slice(0, ITEM_LIMIT).map((line) => drawing.line(line)),
    ...boxes.slice(0, ITEM_LIMIT).map((box) => drawing.box(box)),
    caption === ''
      ? ''
      : drawing.label(caption, { x: 0, y: height - drawing.lineHeight, colour: '#000000', opacity: 0.6 }),
    '</svg>',
  ].join('');
}

class Drawing {
  readonly lineHeight: number;
  readonly #width: number;
  readonly #height: number;
  readonly #stroke: number;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.lineHeight = Math.max(14, Math.round(Math.max(width, height) / 40));
    this.#stroke = Math.max(2, Math.round(Math.max(width, height) / 400));
  }

  zone({ name, polygon }: SnapshotZone): string {
    const corners = polygon.slice(0, ITEM_LIMIT).map(([x, y]) => [this.#across(x), this.#down(y)] as const);
    const points = corners.map((corner) => corner.join(',')).join(' ');
    const outline = `<polygon points="${points}" fill="${ZONE_COLOUR}" fill-opacity="0.08" stroke="${ZONE_COLOUR}" stroke-width="${this.#stroke}" stroke-dasharray="${this.#stroke * 4} ${this.#stroke * 3}"/>`;
    const top = corners.toSorted((a, b) => a[1] - b[1])[0];
    if (name === '' || top === undefined) return outline;
    return outline + this.label(name, { x: top[0], y: top[1], colour: '#614700', opacity: 0.8 });
  }

  /** The line, and across the middle of its longest piece an arrow the way it was crossed. */
  line({ name, points, direction }: SnapshotLine): string {
    const corners = points.slice(0, ITEM_LIMIT).map(([x, y]) => [this.#across(x), this.#down(y)] as const);
    const [first] = corners;
    if (first === undefined) return '';
    const path = corners.map((corner) => corner.join(',')).join(' ');
    const drawn = `<polyline points="${path}" fill="none" stroke="${ZONE_COLOUR}" stroke-width="${this.#stroke * 2}"/>`;
    const arrow = direction === undefined ? '' : this.#arrow(corners, direction);
    if (name === '') return drawn + arrow;
    return drawn + arrow + this.label(name, { x: first[0], y: first[1], colour: '#614700', opacity: 0.8 });
  }

  #arrow(
    corners: readonly (readonly [number, number])[],
    direction: 'left-to-right' | 'right-to-left',
  ): string {
    const pieces = corners.slice(1).map((to, index) => ({ from: corners[index] ?? to, to }));
    const lengthOf = ({ from, to }: (typeof pieces)[number]) => Math.hypot(to[0] - from[0], to[1] - from[1]);
    const longest = pieces.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0];
    if (longest === undefined || lengthOf(longest) === 0) return '';
    const { from, to } = longest;
    const length = lengthOf(longest);
    const reach = (this.lineHeight * 2 * (direction === 'left-to-right' ? 1 : -1)) / length;
    // The right hand of somebody who walks along the line, y downwards.
    const [right, down] = [-(to[1] - from[1]) * reach, (to[0] - from[0]) * reach];
    const [x, y] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
    const head = [
      [x + right, y + down],
      [x + right * 0.55 - down * 0.35, y + down * 0.55 + right * 0.35],
      [x + right * 0.55 + down * 0.35, y + down * 0.55 - right * 0.35],
    ].map((corner) => corner.map((value) => Math.round(value)).join(','));
    const shaft = `<path d="M${Math.round(x - right)} ${Math.round(y - down)}L${Math.round(x + right * 0.6)} ${Math.round(y + down * 0.6)}" stroke="${BOX_COLOUR}" stroke-width="${this.#stroke * 2}"/>`;
    return `${shaft}<polygon points="${head.join(' ')}" fill="${BOX_COLOUR}"/>`;
  }

  box({ box: [x, y, width, height], label, confidence }: SnapshotBox): string {
    const [left, top] = [this.#across(x), this.#down(y)];
    const [right, bottom] = [this.#across(x + width), this.#down(y + height)];
    const frame = `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="none" stroke="${BOX_COLOUR}" stroke-width="${this.#stroke}"/>`;
    const text = `${label} ${Math.round(unit(confidence) * 100)}%`;
    return frame + this.label(text, { x: left, y: top - this.lineHeight, colour: BOX_COLOUR, opacity: 0.9 });
  }

  /** White text on a plate, kept inside the picture; full-width characters count double. */
  label(
    text: string,
    { x, y, colour, opacity }: { x: number; y: number; colour: string; opacity: number },
  ): string {
    const shown = [...text].slice(0, TEXT_LIMIT).join('');
    const size = Math.round(this.lineHeight * 0.72);
    const columns = [...shown].reduce((total, character) => total + (character > '\u2e7f' ? 1 : 0.6), 0);
    const width = Math.min(this.#width, Math.round(columns * size + size));
    const left = Math.max(0, Math.min(x, this.#width - width));
    const top = Math.max(0, Math.min(y, this.#height - this.lineHeight));
    const plate = `<rect x="${left}" y="${top}" width="${width}" height="${this.lineHeight}" fill="${colour}" fill-opacity="${opacity}"/>`;
    const baseline = top + Math.round(this.lineHeight * 0.75);
    return `${plate}<text x="${left + Math.round(size / 2)}" y="${baseline}" font-family="${FONT}" font-size="${size}" fill="#ffffff">${escapeXml(shown)}</text>`;
  }

  #across(share: number): number {
    return Math.round(unit(share) * this.#width);
  }

  #down(share: number): number {
    return Math.round(unit(share) * this.#height);
  }
}

function unit(value: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(value, 0), 1) : 0;
}

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
]);

/** Text as XML 1.0 character data; characters that XML does not allow are left out (XML 1.0 §2.2). */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? '');
}
