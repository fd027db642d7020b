import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { AccessUnit, ParameterSets } from '../../gateway/src/pipeline.ts';

const run = promisify(execFile);
const LIMIT = { maxBuffer: 64 * 1024 * 1024 };

/** Path of a clip of tests/fixtures/media. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../fixtures/media/${name}`, import.meta.url));
}

const ProbeSchema = Type.Object({
  streams: Type.Array(Type.Object({ codec_name: Type.String() })),
  packets: Type.Array(Type.Object({ pts_time: Type.String(), duration_time: Type.String() })),
});

export type CodedClip = { sets: ParameterSets; units: AccessUnit[] };

/**
 * A clip as a camera would send it: access units in decode order, RTP times from the file's presentation times,
 * capture times `originMs` plus arrival in decode order at the clip's mean rate.
 */
export async function readClip(path: string, { originMs = 1_700_000_000_000 } = {}): Promise<CodedClip> {
  const probe = await run(
    'ffprobe',
    [
      '-v',
      'error',
      '-select_streams',
      'v:0',
      '-show_entries',
      'stream=codec_name:packet=pts_time,duration_time',
      '-of',
      'json',
      path,
    ],
    LIMIT,
  );
  const { streams, packets } = Value.Parse(ProbeSchema, JSON.parse(probe.stdout));
  const codec = streams[0]?.codec_name === 'hevc' ? 'h265' : 'h264';
  const raw = codec === 'h264' ? 'h264' : 'hevc';
  const stream = await run(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      path,
      '-map',
      '0:v:0',
      '-c',
      'copy',
      '-bsf:v',
      `${raw}_mp4toannexb,${raw}_metadata=aud=insert`,
      '-f',
      raw,
      'pipe:1',
    ],
    { ...LIMIT, encoding: 'buffer' },
  );
  const groups = groupByDelimiter(codec, splitAnnexB(stream.stdout));
  const periodMs = 1000 * Number(packets[0]?.duration_time);
  const units = groups.map(
    (nals, index): AccessUnit => ({
      nals,
      key: nals.some((nal) => isKey(codec, nal)),
      rtpTime: Math.round(Number(packets[index]?.pts_time) * 90_000),
      capturedAtMs: originMs + index * periodMs,
      monotonicMs: 1000 + index * periodMs,
      corrupt: false,
    }),
  );
  return { sets: parameterSets(codec, groups[0] ?? []), units };
}

/** The same unit some seconds later, as when a clip is played in a loop. */
export function later(unit: AccessUnit, seconds: number): AccessUnit {
  return {
    ...unit,
    rtpTime: unit.rtpTime + Math.round(seconds * 90_000),
    capturedAtMs: unit.capturedAtMs + seconds * 1000,
    monotonicMs: unit.monotonicMs + seconds * 1000,
  };
}

function typeOf(codec: 'h264' | 'h265', nal: Uint8Array): number {
  return codec === 'h264' ? (nal[0] ?? 0) & 31 : ((nal[0] ?? 0) >> 1) & 63;
}

function isKey(codec: 'h264' | 'h265', nal: Uint8Array): boolean {
  const type = typeOf(codec, nal);
  return codec === 'h264' ? type === 5 : type >= 16 && type <= 21;
}

function groupByDelimiter(codec: 'h264' | 'h265', nals: readonly Uint8Array[]): Uint8Array[][] {
  const groups: Uint8Array[][] = [];
  for (const nal of nals) {
    if (typeOf(codec, nal) === (codec === 'h264' ? 9 : 35)) groups.push([]);
    groups.at(-1)?.push(nal);
  }
  return groups;
}

function parameterSets(codec: 'h264' | 'h265', nals: readonly Uint8Array[]): ParameterSets {
  const find = (type: number) => {
    const nal = nals.find((candidate) => typeOf(codec, candidate) === type);
    if (nal === undefined) throw new Error(`the clip has no NAL unit of type ${type}`);
    return nal;
  };
  if (codec === 'h264') return { codec, sps: find(7), pps: find(8) };
  return { codec, vps: find(32), sps: find(33), pps: find(34) };
}

function splitAnnexB(data: Buffer): Uint8Array[] {
  const mark = Buffer.from([0, 0, 1]);
  const starts: number[] = [];
  for (let at = data.indexOf(mark); at !== -1; at = data.indexOf(mark, at + 3)) starts.push(at + 3);
  return starts.map((start, index) => {
    let end = (starts[index + 1] ?? data.length + 3) - 3;
    while (end > start && data[end - 1] === 0) end -= 1;
    return new Uint8Array(data.subarray(start, end));
  });
}
