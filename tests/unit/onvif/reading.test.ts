import { describe, expect, test } from 'vitest';
import { readNotifications } from '../../../gateway/src/onvif/events/notifications.ts';
import { type EncoderChoices, recommendedSettings } from '../../../gateway/src/onvif/media/recommendation.ts';
import { judge } from '../../../gateway/src/onvif/soap/attempt.ts';
import { readUtc, zoneMinutes } from '../../../gateway/src/onvif/soap/device-time.ts';
import { decodeText } from '../../../gateway/src/onvif/soap/envelope.ts';
import { deviceUrlAt } from '../../../gateway/src/onvif/soap/service-url.ts';
import { parseXml } from '../../../gateway/src/onvif/soap/xml.ts';
import type { EncoderSettings } from '../../../gateway/src/pipeline.ts';

const http = (status: number, body: string) =>
  judge({ status, body: Buffer.from(body), challenges: [], dateMs: null, contentType: '' });
const fault = (reason: string) =>
  `<s:Envelope><s:Body><s:Fault><s:Reason><s:Text>${reason}</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>`;

describe('an answer', () => {
  test.each([
    ['a refused login by status', 401, '', 'refused'],
    ['a refused login by its fault, whatever the status', 200, fault('Sender not Authorized'), 'refused'],
    ['another fault', 200, fault('Action Not Implemented'), 'fault'],
    ['a page of a web server', 404, '<html><body>not found</body></html>', 'fault'],
    ['no XML at all', 200, 'busy', 'fault'],
    ['an answer', 200, '<s:Envelope><s:Body><x/></s:Body></s:Envelope>', 'answered'],
  ])('is told from %s', (_, status, body, kind) => {
    expect(http(status, body).kind).toBe(kind);
  });

  test('in GB 2312 is read as such when it says so, and broken UTF-8 is replaced', () => {
    const gb = Buffer.concat([
      Buffer.from('<?xml version="1.0" encoding="gb2312"?><x>'),
      Buffer.from([0xb1, 0xb1]),
      Buffer.from('</x>'),
    ]);
    expect(parseXml(decodeText(gb)).text).toBe('北');
    expect(decodeText(Buffer.from([0x61, 0xff, 0x62]))).toBe('a\ufffdb');
  });
});

describe('local time of a device', () => {
  const local = (zone: string, saving = 'false') =>
    parseXml(
      `<x><DaylightSavings>${saving}</DaylightSavings><TZ>${zone}</TZ><LocalDateTime><Time><Hour>9</Hour><Minute>0</Minute><Second>0</Second></Time><Date><Year>2026</Year><Month>4</Month><Day>5</Day></Date></LocalDateTime></x>`,
    );

  test.each([
    ['CST-8', 480],
    ['GMT+05:30', -330],
    ['<+08>-8', 480],
    ['UTC0', 0],
    ['EST5EDT,M3.2.0,M11.1.0', -300],
    ['Shanghai', null],
    ['', null],
  ])('has its zone %s read by POSIX', (zone, minutes) => expect(zoneMinutes(zone)).toBe(minutes));

  test('serves where UTC is missing, but not in daylight saving', () => {
    expect(readUtc(local('CST-8'))).toBe(Date.UTC(2026, 3, 5, 1));
    expect(readUtc(local('CST-8', 'true'))).toBeNull();
    expect(readUtc(local('nonsense'))).toBeNull();
  });
});

describe('a URL of a device', () => {
  test.each([
    ['rtsp://192.168.1.2:80:554/live', 'rtsp://10.0.0.7:554/live'],
    ['rtsp://192.168.1.2/a\r\n  b', 'rtsp://10.0.0.7/ab'],
    ['rtsp://[fe80::1%25eth0]:554/live', 'rtsp://10.0.0.7:554/live'],
    ['rtsp://a/1rtsp://b/2', 'rtsp://10.0.0.7/1'],
    ['rtsp://user:secret@192.168.1.2/live', 'rtsp://10.0.0.7/live'],
    ['rtsp:@evil/live', null],
    ['http://192.168.1.2/live', null],
    ['', null],
  ])('%j is %j at the host we know', (text, url) => expect(deviceUrlAt(text, '10.0.0.7', 'rtsp:')).toBe(url));
});

describe('notifications', () => {
  const message = (topic: string, items: string, attributes = 'UtcTime="2026-11-22T01:00:00Z"') =>
    parseXml(
      `<Body><NotificationMessage><Topic>${topic}</Topic><Message><Message ${attributes}><Source><SimpleItem Name="Rule" Value="r1"/></Source><Data>${items}</Data></Message></Message></NotificationMessage></Body>`,
    );
  const nowMs = Date.UTC(2026, 10, 22, 1);
  const read = (body: ReturnType<typeof message>, offsetMs = 0) =>
    readNotifications(body, { nowMs, offsetMs });
  const item = (name: string, value: string) => `<SimpleItem Name="${name}" Value="${value}"/>`;

  test.each([
    ['tns1:RuleEngine/CellMotionDetector/Motion', item('IsMotion', 'true'), 'motion'],
    ['tns1:VideoSource/MotionAlarm', item('State', '1'), 'motion'],
    ['tns1:VideoSource/GlobalSceneChange/ImagingService', item('State', 'true'), 'tamper'],
    ['tns1:RuleEngine/tnsx:TamperDetector/Tamper', item('IsTamper', 'TRUE'), 'tamper'],
    ['tns1:Device/Trigger/DigitalInput', item('LogicalState', 'active'), 'digital-input'],
  ])('of %s are understood', (topic, items, kind) => {
    expect(read(message(topic, items))).toEqual([{ kind, active: true, source: 'r1', atMs: nowMs }]);
  });

  test('that end are told as ended, a deleted one too', () => {
    const topic = 'tns1:VideoSource/MotionAlarm';
    expect(read(message(topic, item('State', 'false')))[0]?.active).toBe(false);
    expect(read(message(topic, '', 'PropertyOperation="Deleted"'))[0]?.active).toBe(false);
  });

  test('of other things, or without a state, are left out', () => {
    expect(read(message('tns1:Monitoring/ProcessorUsage', item('Value', '3')))).toEqual([]);
    expect(read(message('tns1:VideoSource/MotionAlarm', item('State', 'perhaps')))).toEqual([]);
  });

  test('carry the device’s time less its offset, and ours where that is absurd', () => {
    const ahead = message(
      'tns1:VideoSource/MotionAlarm',
      item('State', 'true'),
      'UtcTime="2026-11-22T04:00:00Z"',
    );
    expect(read(ahead, 3 * 3_600_000)[0]?.atMs).toBe(nowMs);
    expect(read(ahead)[0]?.atMs).toBe(nowMs);
    expect(
      read(
        message('tns1:VideoSource/MotionAlarm', item('State', 'true'), 'UtcTime="0000-00-00T00:00:00Z"'),
      )[0]?.atMs,
    ).toBe(nowMs);
  });
});

describe('recommended encoder settings', () => {
  const good: EncoderSettings = {
    codec: 'h264',
    width: 1920,
    height: 1080,
    fps: 25,
    bitrateKbps: 3600,
    gopLength: 50,
  };
  const choices: EncoderChoices = {
    h264: true,
    resolutions: [
      { width: 3840, height: 2160 },
      { width: 1920, height: 1080 },
      { width: 1280, height: 720 },
    ],
    fps: { min: 1, max: 25 },
    gopLength: { min: 1, max: 250 },
    bitrateKbps: { min: 32, max: 16_384 },
  };

  test('leave good ones alone', () => expect(recommendedSettings(good, choices)).toBeNull());

  test.each([
    ['H.265', { codec: 'h265' as const }, { codec: 'h264' }],
    ['4K', { width: 3840, height: 2160 }, { width: 1920, height: 1080 }],
    ['a keyframe each ten seconds', { gopLength: 250 }, { gopLength: 50 }],
    ['five pictures a second', { fps: 5, gopLength: 10 }, { fps: 15, gopLength: 30 }],
    ['a bitrate four times too high', { bitrateKbps: 16_000 }, { bitrateKbps: 3648 }],
  ])('mend %s', (_, bad, mended) => {
    expect(recommendedSettings({ ...good, ...bad }, choices)).toMatchObject(mended);
  });

  test('stay within what the encoder can do', () => {
    const narrow = { ...choices, h264: false, gopLength: { min: 1, max: 30 } };
    expect(recommendedSettings({ ...good, codec: 'h265', gopLength: 250 }, narrow)).toMatchObject({
      codec: 'h265',
      gopLength: 30,
    });
  });
});
