/** Forged ProbeMatches at a steady rate: half with an invented RelatesTo, half with one that was overheard; each names another device. */
import { createSocket, type Socket } from 'node:dgram';
import { parentPort, workerData } from 'node:worker_threads';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

const Task = Type.Object({ port: Type.Integer(), perSecond: Type.Integer(), senders: Type.Integer() });
const { port, perSecond, senders } = Value.Parse(Task, workerData);
const GROUP = '239.255.255.250';
const TICK_MS = 10;

/** Whom to flood, and the newest question heard from him. */
let target: { port: number; address: string; id: string } | null = null;
let sent = 0;

const listener = createSocket({ type: 'udp4', reuseAddr: true });
await new Promise<void>((resolve) => listener.bind(port, resolve));
listener.addMembership(GROUP, '127.0.0.1');
listener.on('message', (data, from) => {
  const id = /MessageID>([^<]+)</.exec(data.toString('utf8'))?.[1];
  if (id !== undefined && from.address.startsWith('127.'))
    target = { port: from.port, address: from.address, id };
});
const sockets = await Promise.all(
  Array.from({ length: senders }, async (_, index) => {
    const socket = createSocket('udp4');
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => socket.bind(0, `127.0.9.${1 + index}`, resolve));
    return socket;
  }),
);

const forged = (relatesTo: string, n: number) =>
  `<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header><a:RelatesTo>${relatesTo}</a:RelatesTo></s:Header><s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:forged-${n}</a:Address></a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/f</d:Scopes><d:XAddrs>http://10.${n % 250}.${(n >> 8) % 250}.7/onvif</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>`;

let dueAtMs = performance.now();
setInterval(() => {
  const owed = Math.min(perSecond, Math.floor(((performance.now() - dueAtMs) / 1000) * perSecond));
  dueAtMs += (owed / perSecond) * 1000;
  if (!target) return;
  for (let n = 0; n < owed; n += 1) {
    const id = sent % 2 === 0 ? target.id : `urn:uuid:invented-${sent}`;
    const socket: Socket | undefined = sockets[sent % sockets.length];
    socket?.send(forged(id, sent), target.port, target.address, () => undefined);
    sent += 1;
  }
  parentPort?.postMessage(sent);
}, TICK_MS);
