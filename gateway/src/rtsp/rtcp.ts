import { readUint16, readUint32 } from './rtp-packet.ts';

export type SenderReport = {
  ssrc: number;
  /** The camera's wall clock, ms since the Unix epoch; null when it has none. */
  wallMs: number | null;
  /** Middle 32 bits of the NTP time, echoed in receiver reports. */
  compactNtp: number;
};

export type ReceptionReport = {
  ssrc: number;
  mediaSsrc: number;
  /** Share lost since the last report, 0..1. */
  fractionLost: number;
  lost: number;
  highestSequence: number;
  jitterTicks: number;
  compactNtp: number;
  /** Since that sender report arrived, ms. */
  sinceReportMs: number;
};

const SENDER_REPORT = 200;
/** Seconds from 1900 (NTP) to 1970. */
const NTP_TO_UNIX_S = 2_208_988_800;

/** The last sender report in a compound RTCP packet (RFC 3550 §6.4.1), or null. */
export function parseSenderReport(bytes: Uint8Array): SenderReport | null {
  let report: SenderReport | null = null;
  for (let at = 0; at + 4 <= bytes.length; ) {
    const size = 4 * (readUint16(bytes, at + 2) + 1);
    if ((bytes[at] ?? 0) >> 6 !== 2 || at + size > bytes.length) break;
    if (bytes[at + 1] === SENDER_REPORT && size >= 28) report = readSenderReport(bytes, at);
    at += size;
  }
  return report;
}

/** §6.4.1: a clear top bit of the seconds means time since the camera's start (or nothing at all), not wall time. */
function readSenderReport(bytes: Uint8Array, at: number): SenderReport {
  const seconds = readUint32(bytes, at + 8);
  const fraction = readUint32(bytes, at + 12);
  return {
    ssrc: readUint32(bytes, at + 4),
    wallMs: seconds < 2 ** 31 ? null : (seconds - NTP_TO_UNIX_S + fraction / 2 ** 32) * 1_000,
    compactNtp: (seconds % 65_536) * 65_536 + Math.floor(fraction / 65_536),
  };
}

/** A receiver report with one block (RFC 3550 §6.4.2) and the source description every compound packet needs (§6.5). */
export function formatReceiverReport(report: ReceptionReport): Buffer {
  const bytes = Buffer.alloc(32 + 20);
  bytes.writeUInt32BE(0x81c90007, 0);
  bytes.writeUInt32BE(report.ssrc, 4);
  bytes.writeUInt32BE(report.mediaSsrc, 8);
  bytes.writeUInt8(Math.min(255, Math.floor(report.fractionLost * 256)), 12);
  bytes.writeUIntBE(Math.min(0x7fffff, report.lost), 13, 3);
  bytes.writeUInt32BE(report.highestSequence % 2 ** 32, 16);
  bytes.writeUInt32BE(Math.min(2 ** 32 - 1, Math.floor(report.jitterTicks)), 20);
  bytes.writeUInt32BE(report.compactNtp, 24);
  bytes.writeUInt32BE(Math.min(2 ** 32 - 1, Math.floor(report.sinceReportMs * 65.536)), 28);
  bytes.writeUInt32BE(0x81ca0004, 32);
  bytes.writeUInt32BE(report.ssrc, 36);
  bytes.writeUInt16BE(0x0108, 40);
  bytes.write(report.ssrc.toString(16).padStart(8, '0'), 42, 'latin1');
  return bytes;
}
