import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';

const GROUP = '239.255.255.250';
const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function openSocket(port = 0): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind(port);
  await once(socket, 'listening');
  socket.addMembership(GROUP, '127.0.0.1');
  socket.setMulticastInterface('127.0.0.1');
  cleanUps.push(() => void socket.close());
  return socket;
}

async function simulate(discoveryPort: number): Promise<Simulator> {
  const simulator = await startSimulator({ cameras: 3, discoveryPort });
  cleanUps.push(() => simulator.stop());
  return simulator;
}

/** Collects messages until `count` have come. */
async function collect(socket: Socket, count: number): Promise<string[]> {
  const messages: string[] = [];
  while (messages.length < count) {
    const [message] = await once(socket, 'message');
    messages.push(String(message));
  }
  return messages;
}

function probe(messageId: string, types: string): string {
  return (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>' +
    `<a:MessageID>${messageId}</a:MessageID><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>` +
    '<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Header>' +
    `<s:Body><d:Probe>${types}</d:Probe></s:Body></s:Envelope>`
  );
}

test.each([
  ['cameras', '<d:Types>dn:NetworkVideoTransmitter</d:Types>'],
  ['devices', '<d:Types xmlns:tds="http://www.onvif.org/ver10/device/wsdl">tds:Device</d:Types>'],
  ['anything', ''],
])('a multicast probe for %s is answered by every camera, to the asker and with its message id', async (_name, types) => {
  const socket = await openSocket();
  const simulator = await simulate(0);
  const messageId = `urn:uuid:${randomUUID()}`;
  const answers = collect(socket, 3);
  socket.send(probe(messageId, types), simulator.discoveryPort ?? 0, GROUP);
  const matches = await answers;
  for (const camera of simulator.cameras) {
    const match = matches.find((xml) => xml.includes(`urn:uuid:${camera.uuid}`)) ?? '';
    expect(match).toContain(`<a:RelatesTo>${messageId}</a:RelatesTo>`);
    expect(match).toContain('/ProbeMatches</a:Action>');
    expect(match).toContain(`<d:XAddrs>${camera.onvifUrl}</d:XAddrs>`);
    expect(match).toContain(`onvif://www.onvif.org/name/${encodeURIComponent(camera.name)}`);
  }
});

test('a probe for printers, for another scope or without a message id stays unanswered', async () => {
  const socket = await openSocket();
  const simulator = await simulate(0);
  const port = simulator.discoveryPort ?? 0;
  const last = `urn:uuid:${randomUUID()}`;
  const answers = collect(socket, 3);
  socket.send(probe('urn:uuid:1', '<d:Types>wprt:PrintDeviceType</d:Types>'), port, GROUP);
  socket.send(probe('urn:uuid:2', '<d:Scopes>onvif://www.onvif.org/name/nobody</d:Scopes>'), port, GROUP);
  socket.send('not XML at all', port, GROUP);
  socket.send(probe(last, ''), port, GROUP);
  for (const xml of await answers) expect(xml).toContain(`<a:RelatesTo>${last}</a:RelatesTo>`);
});

test('a unicast probe is answered too', async () => {
  const simulator = await simulate(0);
  const socket = await openSocket();
  const answers = collect(socket, 3);
  socket.send(probe(`urn:uuid:${randomUUID()}`, ''), simulator.discoveryPort ?? 0, '127.0.0.1');
  expect(await answers).toHaveLength(3);
});

test('cameras say Hello when they come and Bye when they go', async () => {
  const listener = await openSocket();
  const hellos = collect(listener, 3);
  const simulator = await startSimulator({ cameras: 3, discoveryPort: listener.address().port });
  for (const xml of await hellos) expect(xml).toContain('/discovery/Hello</a:Action>');
  const byes = collect(listener, 3);
  await simulator.stop();
  const said = (await byes).join();
  for (const camera of simulator.cameras) expect(said).toContain(`urn:uuid:${camera.uuid}`);
  expect(said.match(/discovery\/Bye<\/a:Action>/g)).toHaveLength(3);
});
