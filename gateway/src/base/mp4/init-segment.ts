import type { ParameterSets } from '../../pipeline.ts';
import { MalformedParameterSetError } from './bit-reader.ts';
import { box, bytes, fullBox, u16, u32, zeros } from './box.ts';
import { type H265Format, parseH265Sps } from './sps-h265.ts';
import { type VideoFormat, videoFormat } from './video-format.ts';

/** Ticks per second of every track that is written here: the RTP clock of video (RFC 6184 §8.2.1). */
export const TIMESCALE = 90_000;
export const TRACK_ID = 1;

const UNITY_MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
/** Profiles whose configuration record ends with chroma format and bit depth (ISO/IEC 14496-15 5.3.3.1.2). */
const EXTENDED_AVC_PROFILES = new Set([100, 110, 122, 144, 244]);
/** The largest set that a 16-bit length can hold. */
const SET_LIMIT_BYTES = 65_535;
/** Size and type. */
const BOX_HEAD_BYTES = 8;

type InitSegment = { format: VideoFormat; bytes: Uint8Array };

/**
 * The `ftyp` and `moov` of a fragmented MP4 with one video track (ISO/IEC 14496-12, 14496-15).
 * @throws MalformedParameterSetError
 */
export function initSegment(sets: ParameterSets): InitSegment {
  if ([sets.sps, sets.pps, sets.vps].some((set) => set !== undefined && set.length > SET_LIMIT_BYTES)) {
    throw new MalformedParameterSetError('parameter set over 65,535 bytes');
  }
  const format = videoFormat(sets);
  const fileType = box('ftyp', Buffer.from('iso5'), u32(512), Buffer.from('iso5iso6mp41'));
  return { format, bytes: Buffer.concat([fileType, movie(format, sampleEntry(sets, format))]) };
}

/**
 * What a decoder must know of a stream before its first picture: AVCDecoderConfigurationRecord or HEVCDecoderConfigurationRecord.
 * @throws MalformedParameterSetError
 */
export function decoderConfiguration(sets: ParameterSets): Uint8Array {
  const record =
    sets.codec === 'h264'
      ? avcConfiguration(sets, videoFormat(sets))
      : hevcConfiguration(sets, parseH265Sps(sets.sps));
  return record.subarray(BOX_HEAD_BYTES);
}

function movie(format: VideoFormat, entry: Uint8Array): Uint8Array {
  const header = fullBox(
    'mvhd',
    {},
    u32(0, 0, TIMESCALE, 0, 0x10000),
    u16(0x100),
    zeros(10),
    UNITY_MATRIX,
    zeros(24),
    u32(TRACK_ID + 1),
  );
  const defaults = box('mvex', fullBox('trex', {}, u32(TRACK_ID, 1, 0, 0, 0)));
  return box('moov', header, track(format, entry), defaults);
}

function track(format: VideoFormat, entry: Uint8Array): Uint8Array {
  const header = fullBox(
    'tkhd',
    { flags: 3 },
    u32(0, 0, TRACK_ID, 0, 0),
    zeros(16),
    UNITY_MATRIX,
    u32(format.width * 65_536, format.height * 65_536),
  );
  const mediaHeader = fullBox('mdhd', {}, u32(0, 0, TIMESCALE, 0), u16(0x55c4, 0));
  const handler = fullBox('hdlr', {}, u32(0), Buffer.from('vide'), zeros(12), bytes(0));
  const dataInfo = box('dinf', fullBox('dref', {}, u32(1), fullBox('url ', { flags: 1 })));
  const mediaInfo = box('minf', fullBox('vmhd', { flags: 1 }, zeros(8)), dataInfo, sampleTable(entry));
  return box('trak', header, box('mdia', mediaHeader, handler, mediaInfo));
}

function sampleTable(entry: Uint8Array): Uint8Array {
  return box(
    'stbl',
    fullBox('stsd', {}, u32(1), entry),
    fullBox('stts', {}, u32(0)),
    fullBox('stsc', {}, u32(0)),
    fullBox('stsz', {}, u32(0, 0)),
    fullBox('stco', {}, u32(0)),
  );
}

function sampleEntry(sets: ParameterSets, format: VideoFormat): Uint8Array {
  const visual = [
    zeros(6),
    u16(1),
    zeros(16),
    u16(format.width, format.height),
    u32(0x480000, 0x480000, 0),
    u16(1),
    zeros(32),
    u16(24, 0xffff),
  ];
  if (sets.codec === 'h264') return box('avc1', ...visual, avcConfiguration(sets, format));
  return box('hvc1', ...visual, hevcConfiguration(sets, parseH265Sps(sets.sps)));
}

/** AVCDecoderConfigurationRecord, ISO/IEC 14496-15 5.3.3.1.2; NAL lengths are four bytes. */
function avcConfiguration({ sps, pps }: ParameterSets, format: VideoFormat): Uint8Array {
  const profile = sps[1] ?? 0;
  const extension = EXTENDED_AVC_PROFILES.has(profile)
    ? bytes(
        0xfc | format.chromaFormat,
        0xf8 | (format.bitDepthLuma - 8),
        0xf8 | (format.bitDepthChroma - 8),
        0,
      )
    : bytes();
  return box(
    'avcC',
    bytes(1, profile, sps[2] ?? 0, sps[3] ?? 0, 0xff, 0xe1),
    u16(sps.length),
    sps,
    bytes(1),
    u16(pps.length),
    pps,
    extension,
  );
}

/** HEVCDecoderConfigurationRecord, ISO/IEC 14496-15 8.3.3.1.2; NAL lengths are four bytes. */
function hevcConfiguration(sets: ParameterSets, format: H265Format): Uint8Array {
  const { vps, sps, pps } = sets;
  if (vps === undefined) throw new MalformedParameterSetError('H.265 without VPS');
  const { space, tier, profile, compatibility, constraints, level, subLayers, temporalIdNested } =
    format.h265;
  const arrays = [vps, sps, pps].flatMap((set, index) => [
    bytes(0x80 | (32 + index)),
    u16(1, set.length),
    set,
  ]);
  return box(
    'hvcC',
    bytes(1, space * 64 + tier * 32 + profile),
    u32(compatibility),
    bytes(...constraints, level),
    bytes(0xf0, 0, 0xfc, 0xfc | format.chromaFormat),
    bytes(0xf8 | (format.bitDepthLuma - 8), 0xf8 | (format.bitDepthChroma - 8)),
    u16(0),
    bytes(subLayers * 8 + (temporalIdNested ? 4 : 0) + 3, 3),
    ...arrays,
  );
}
