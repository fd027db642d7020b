/**
 * The number of a picture, drawn into it as bright and dark blocks: the upper row is the number in binary, lowest bit first, the lower
 * row its complement, so that a half-drawn or mangled stamp is known for one.
 */
const BITS = 9;
const BLOCK = 48;

/** Filters of ffmpeg that stamp each picture with its number, 0 to 511. */
export function stampFilters(): string[] {
  const box = (column: number, row: number, when: string) =>
    `drawbox=x=${column * BLOCK}:y=${row * BLOCK}:w=${BLOCK}:h=${BLOCK}:color=white:t=fill:enable='${when}'`;
  const bits = Array.from({ length: BITS }, (_, bit) => {
    const rest = `mod(n,${2 ** (bit + 1)})`;
    return [box(bit, 0, `gte(${rest},${2 ** bit})`), box(bit, 1, `lt(${rest},${2 ** bit})`)];
  });
  return [`drawbox=x=0:y=0:w=${BITS * BLOCK}:h=${2 * BLOCK}:color=black:t=fill`, ...bits.flat()];
}

/**
 * A script for a page: for `seconds`, looks at every screen refresh at what `selector` shows (a video or a canvas of `width` pixels)
 * and notes each new number with the time of day, ms since the epoch. Resolves with `[number, ms][]`.
 */
export function stampReader(selector: string, width: number, seconds: number): string {
  return `new Promise((resolve) => {
    const small = document.createElement('canvas');
    small.width = ${BITS};
    small.height = 2;
    const context = small.getContext('2d', { willReadFrequently: true });
    const seen = [];
    let last = -1;
    const end = performance.now() + ${seconds} * 1000;
    const look = () => {
      const shown = document.querySelector(${JSON.stringify(selector)});
      if (shown) {
        const scale = (shown.videoWidth || shown.width) / ${width};
        const block = ${BLOCK} * scale;
        for (let column = 0; column < ${BITS}; column += 1)
          for (let row = 0; row < 2; row += 1)
            context.drawImage(shown, (column + 0.25) * block, (row + 0.25) * block, block / 2, block / 2, column, row, 1, 1);
        const { data } = context.getImageData(0, 0, ${BITS}, 2);
        let number = 0;
        let isWhole = true;
        for (let bit = 0; bit < ${BITS}; bit += 1) {
          const [upper, lower] = [data[bit * 4 + 1] > 127, data[(${BITS} + bit) * 4 + 1] > 127];
          if (upper === lower) isWhole = false;
          if (upper) number += 2 ** bit;
        }
        if (isWhole && number !== last) {
          last = number;
          seen.push([number, Date.now()]);
        }
      }
      if (performance.now() < end) requestAnimationFrame(look);
      else resolve(seen);
    };
    look();
  })`;
}

export type Schedule = { originMs: number; first: number; pictures: number; durationMs: number };

/** Milliseconds from when the camera sent a picture to when it was seen; the clip may have looped. NaN for a number it has not. */
export function latencyOf([number, seenMs]: readonly [number, number], schedule: Schedule): number {
  const { originMs, first, pictures, durationMs } = schedule;
  if (number >= pictures) return Number.NaN;
  const offsetMs = ((number - first) / pictures) * durationMs;
  const since = seenMs - originMs - offsetMs;
  return since - Math.floor(since / durationMs) * durationMs;
}
