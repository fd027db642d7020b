interface SenderFacts {
  readonly ssrc: number;
  /** Unix milliseconds. */
  readonly wallMs: number;
  readonly timestamp: number;
  readonly packets: number;
  readonly octets: number;
}

/** Seconds from 1900 (NTP) to 1970 (Unix). */
const NTP_OFFSET_S = 2_208_988_800;
const CNAME = Buffer.from('camera');

/** A compound RTCP packet: sender report and CNAME (RFC 3550 §6.1, §6.4.1, §6.5). */
export function senderReport(facts: SenderFacts): Buffer {
  const report = Buffer.alloc(28);
  report[0] = 0x80;
  report[1] = 200;
  report.writeUInt16BE(6, 2);
  report.writeUInt32BE(facts.ssrc, 4);
  const ntpSeconds = Math.floor(facts.wallMs / 1000) + NTP_OFFSET_S;
  const fraction = Math.floor(((((facts.wallMs % 1000) + 1000) % 1000) / 1000) * 2 ** 32);
  report.writeUInt32BE(((ntpSeconds % 2 ** 32) + 2 ** 32) % 2 ** 32, 8);
  report.writeUInt32BE(fraction, 12);
  report.writeUInt32BE(facts.timestamp, 16);
  report.writeUInt32BE(facts.packets % 2 ** 32, 20);
  report.writeUInt32BE(facts.octets % 2 ** 32, 24);
  return Buffer.concat([report, sourceDescription(facts.ssrc)]);
}

function sourceDescription(ssrc: number): Buffer {
  const length = Math.ceil((4 + 4 + 2 + CNAME.length + 1) / 4) * 4;
  const description = Buffer.alloc(length);
  description[0] = 0x81;
  description[1] = 202;
  description.writeUInt16BE(length / 4 - 1, 2);
  description.writeUInt32BE(ssrc, 4);
  description[8] = 1;
  description[9] = CNAME.length;
  CNAME.copy(description, 10);
  return description;
}
