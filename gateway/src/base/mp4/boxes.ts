/** One ISO/IEC 14496-12 box inside `data`: `start` is where its header begins, `body` where its content does, `end` where it is over. */
export type FoundBox = { type: string; start: number; body: number; end: number };

/** The boxes of a level in order; stops at one that is not whole or has an impossible size. */
export function boxesIn(data: Buffer, from = 0, to = data.length): FoundBox[] {
  const found: FoundBox[] = [];
  for (let start = from; start + 8 <= to; ) {
    const size = data.readUInt32BE(start);
    const end = start + size;
    if (size < 8 || end > to) break;
    found.push({ type: data.toString('latin1', start + 4, start + 8), start, body: start + 8, end });
    start = end;
  }
  return found;
}

/** The first box along a path of types, for example `moov`, `trak`, `mdia`; undefined when there is none. */
export function boxAt(data: Buffer, path: readonly string[]): FoundBox | undefined {
  let range = { body: 0, end: data.length };
  let box: FoundBox | undefined;
  for (const type of path) {
    box = boxesIn(data, range.body, range.end).find((one) => one.type === type);
    if (box === undefined) return undefined;
    range = box;
  }
  return box;
}
