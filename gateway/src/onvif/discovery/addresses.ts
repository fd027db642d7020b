import { isIPv4 } from 'node:net';
import { deviceUrlAt, mendUrl } from '../soap/service-url.ts';

/** Of one device's XAddrs, characters and addresses that are looked at; a hostile device names thousands. */
const TEXT_LIMIT = 8192;
const PART_LIMIT = 64;
const KEPT = 8;

const subnetOf = (host: string) => host.split('.').slice(0, 3).join('.');
const isLinkLocal = (host: string) => host.startsWith('169.254.');

/** Whether somebody can be reached there at all: an IPv4 address of one host. Loopback only for who answers from loopback. */
function isUsable(host: string, sender: string): boolean {
  if (!isIPv4(host) || host.startsWith('0.')) return false;
  if (host.startsWith('127.')) return sender.startsWith('127.');
  return Number(host.split('.')[0]) < 224;
}

/** Lower is better: the sender itself, its subnet (/24), any other, the sender in place of a host nobody reaches, link-local. */
function rankOf(host: string, sender: string): number {
  if (host === sender) return 0;
  if (isLinkLocal(host) && !isLinkLocal(sender)) return 4;
  return subnetOf(host) === subnetOf(sender) ? 1 : 2;
}

/**
 * Device service URLs of an XAddrs text, the likeliest first; at most eight.
 * @param sender address the answer came from; '' when unknown
 * @param alone it speaks for one device: then the sender's address stands in for hosts that cannot be reached
 */
export function candidateAddresses(text: string, sender: string, alone: boolean): string[] {
  const ranked = new Map<string, number>();
  const consider = (url: string, rank: number) => ranked.set(url, Math.min(rank, ranked.get(url) ?? rank));
  const parts = text
    .slice(0, TEXT_LIMIT)
    .split(/\s+|(?=https?:\/\/)/)
    .slice(0, PART_LIMIT);
  for (const part of parts) {
    const url = URL.parse(mendUrl(part));
    if (url?.protocol === 'http:' && url.username === '' && isUsable(url.hostname, sender))
      consider(url.href, rankOf(url.hostname, sender));
    const atSender = alone && isIPv4(sender) ? deviceUrlAt(part, sender, 'http:') : null;
    if (atSender !== null) consider(new URL(atSender).href, atSender.includes(`//${url?.hostname}`) ? 0 : 3);
  }
  if (ranked.size === 0 && alone && isIPv4(sender) && text.trim() === '')
    consider(`http://${sender}/onvif/device_service`, 3);
  return [...ranked]
    .sort(([, a], [, b]) => a - b)
    .slice(0, KEPT)
    .map(([url]) => url);
}
