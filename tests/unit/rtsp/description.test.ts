import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StreamFaultError } from '../../../gateway/src/pipeline.ts';
import { baseUrl, parseAddress, resolveControl } from '../../../gateway/src/rtsp/address.ts';
import { parseSdp } from '../../../gateway/src/rtsp/sdp.ts';
import {
  keepAliveMethod,
  readServerPorts,
  readSession,
  readTcpChannels,
} from '../../../gateway/src/rtsp/transport.ts';

const sdp = (...media: string[]) => ['v=0', 's=x', 'a=control:*', ...media].join('\r\n');
const h264 = [
  'm=audio 0 RTP/AVP 0',
  'a=control:trackID=1',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  'a=fmtp:96 packetization-mode=1; sprop-parameter-sets=Z0IAKQ==,aM48gA==',
  'a=control:trackID=2',
];
const faultOf = (text: string) => {
  try {
    parseSdp(text);
  } catch (error) {
    return error instanceof StreamFaultError ? error.fault : 'other';
  }
  return null;
};

describe('session description', () => {
  test('finds the video track and its parameter sets', () => {
    const track = parseSdp(sdp(...h264));
    expect(track).toMatchObject({
      codec: 'h264',
      payloadType: 96,
      control: 'trackID=2',
      sessionControl: '*',
    });
    expect(track.sets?.sps).toEqual(new Uint8Array(Buffer.from('Z0IAKQ==', 'base64')));
    expect(track.sets?.pps).toEqual(new Uint8Array(Buffer.from('aM48gA==', 'base64')));
  });

  test('finds H.265 and its three parameter sets', () => {
    const fmtp = 'a=fmtp:98 sprop-vps=QAEM;sprop-sps=QgEB;sprop-pps=RAHA';
    const track = parseSdp(sdp('m=video 0 RTP/AVP 98', 'a=rtpmap:98 h265/90000', fmtp));
    expect(track.codec).toBe('h265');
    expect(track.sets?.vps).toEqual(new Uint8Array([0x40, 1, 12]));
  });

  test('leaves the parameter sets open when the camera does not announce them', () => {
    expect(parseSdp(sdp('m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000')).sets).toBeNull();
  });

  test('names what is missing', () => {
    expect(faultOf(sdp('m=audio 0 RTP/AVP 0'))).toBe('no-video');
    expect(faultOf(sdp('m=video 0 RTP/AVP 26', 'a=rtpmap:26 JPEG/90000'))).toBe('unsupported-codec');
    expect(faultOf('<html>')).toBe('protocol');
  });

  test('reads 10,000 spoiled descriptions with nothing but a named fault', () => {
    const sound = Buffer.from(sdp(...h264));
    const change = fc.tuple(fc.integer({ min: 0, max: sound.length - 1 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), (changes) => {
        const bytes = Buffer.from(sound);
        for (const [at, value] of changes) bytes[at] = value;
        expect(faultOf(bytes.toString('utf8'))).not.toBe('other');
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('addresses', () => {
  const address = parseAddress('rtsp://cam.local:8554/live?channel=1');

  test('separates credentials and never shows the path', () => {
    const parsed = parseAddress('rtsp://admin:p%40ss%21@10.0.0.7/secret');
    expect(parsed).toMatchObject({
      host: '10.0.0.7',
      port: 554,
      url: 'rtsp://10.0.0.7/secret',
      label: '10.0.0.7:554',
    });
    expect(parsed.credentials).toEqual({ username: 'admin', password: 'p@ss!' });
    expect(parseAddress('rtsp://a:b@h/', { username: 'c', password: '%21' }).credentials?.password).toBe(
      '%21',
    );
  });

  test('knows when no password is configured', () => {
    expect(parseAddress('rtsp://10.0.0.7/live').credentials).toBeNull();
    expect(parseAddress('rtsp://[fe80::1]:8554/live').host).toBe('fe80::1');
  });

  test.each(['http://10.0.0.7/', 'rtsp://', 'file:///etc/passwd', 'live'])('refuses %s', (text) => {
    expect(() => parseAddress(text)).toThrow(/rtsp:\/\/host/);
  });

  test('keeps the registered host whatever the camera names', () => {
    expect(baseUrl(address, ['rtsp://u:p@192.168.1.9:1/live/'])).toBe('rtsp://cam.local:8554/live/');
    expect(baseUrl(address, [undefined, 'rtsp://cam.local/x'])).toBe('rtsp://cam.local:8554/x');
    expect(baseUrl(address, ['http://evil/'])).toBe(address.url);
    expect(resolveControl(address, address.url, 'rtsp://evil/track')).toBe('rtsp://cam.local:8554/track');
  });

  test.each([
    [null, 'rtsp://cam.local:8554/live?channel=1'],
    ['*', 'rtsp://cam.local:8554/live?channel=1'],
    ['trackID=0', 'rtsp://cam.local:8554/live?channel=1/trackID=0'],
    ['/track', 'rtsp://cam.local:8554/track'],
  ])('joins the control %s', (control, url) => {
    expect(resolveControl(address, address.url, control)).toBe(url);
  });

  test('refuses a control that would break the request', () => {
    expect(() => resolveControl(address, address.url, 'a b\r\nX: y')).toThrow(StreamFaultError);
  });
});

describe('headers of a session', () => {
  test('reads channels and ports', () => {
    expect(readTcpChannels('RTP/AVP/TCP;unicast;interleaved=4-5;ssrc=1')).toEqual({ media: 4, control: 5 });
    expect(readTcpChannels(undefined)).toEqual({ media: 0, control: 1 });
    expect(() => readTcpChannels('RTP/AVP;unicast;client_port=1-2')).toThrow(StreamFaultError);
    expect(() => readTcpChannels('RTP/AVP/TCP;interleaved=300-301')).toThrow(StreamFaultError);
    expect(readServerPorts('RTP/AVP;client_port=1-2;server_port=6970-6971')).toEqual({
      media: 6970,
      control: 6971,
    });
    expect(readServerPorts('RTP/AVP;server_port=70000-70001')).toBeNull();
  });

  test('reads the session and its time limit', () => {
    expect(readSession('12345678;timeout=30')).toEqual({ id: '12345678', timeoutMs: 30_000 });
    expect(readSession('abc')).toEqual({ id: 'abc', timeoutMs: 60_000 });
    expect(readSession('abc;timeout=0').timeoutMs).toBe(60_000);
    expect(() => readSession(undefined)).toThrow(StreamFaultError);
  });

  test('keeps alive by what the camera lists', () => {
    expect(keepAliveMethod(['OPTIONS, DESCRIBE, GET_PARAMETER, SET_PARAMETER'])).toBe('GET_PARAMETER');
    expect(keepAliveMethod(['OPTIONS,SET_PARAMETER'])).toBe('SET_PARAMETER');
    expect(keepAliveMethod([])).toBe('OPTIONS');
  });
});
