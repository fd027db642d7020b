import type { Quirk } from '../quirk.ts';
import { fill, onOperation, withoutElement } from './rewriting.ts';

/** Clocks. */
export const timeQuirks: readonly Quirk[] = [
  {
    name: 'clock-3h-then-reboot',
    about: 'clock three hours ahead, back at 1970 after a reboot, replay window of seconds',
    source: 'Axis M5014: milg0/onvif-java-lib#2; lumeohq/onvif-rs#121',
    faults: [{ kind: 'wrong-clock', offsetS: 10_800 }],
    behaviour: {},
  },
  {
    name: 'time-needs-login',
    about: 'GetSystemDateAndTime wants a login, and the clock is wrong',
    source: 'Vivotek: agsh/onvif#301; lumeohq/onvif-rs#65',
    faults: [{ kind: 'wrong-clock', offsetS: -7200 }],
    behaviour: { wantsLoginFor: ['GetSystemDateAndTime'] },
  },
  {
    name: 'time-needs-digest',
    about: 'GetSystemDateAndTime wants HTTP Digest, no Date header tells the time',
    source: 'Hikvision: agsh/onvif#178',
    faults: [{ kind: 'wrong-clock', offsetS: -7200 }],
    behaviour: { wantsLoginFor: ['GetSystemDateAndTime'], soapLogin: 'http', hidesDate: true },
  },
  {
    name: 'utc-missing',
    about: 'LocalDateTime and a zone, no UTCDateTime',
    source: 'no-name camera: agsh/onvif#165; home-assistant/core#26656',
    faults: [{ kind: 'wrong-clock', offsetS: 5400 }],
    behaviour: {
      hidesDate: true,
      // 8 h ahead of UTC by the zone CST-8 in the same answer.
      rewrite: onOperation('GetSystemDateAndTime', (xml) => {
        const utc = /<tt:UTCDateTime>([\s\S]*?)<\/tt:UTCDateTime>/.exec(xml)?.[1] ?? '';
        const [hour = 0, minute, second, year, month, day] = [...utc.matchAll(/>(\d+)</g)].map(([, digits]) =>
          Number(digits),
        );
        const local = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour + 8, minute, second));
        const time = `<tt:Time><tt:Hour>${local.getUTCHours()}</tt:Hour><tt:Minute>${local.getUTCMinutes()}</tt:Minute><tt:Second>${local.getUTCSeconds()}</tt:Second></tt:Time>`;
        const date = `<tt:Date><tt:Year>${local.getUTCFullYear()}</tt:Year><tt:Month>${local.getUTCMonth() + 1}</tt:Month><tt:Day>${local.getUTCDate()}</tt:Day></tt:Date>`;
        return withoutElement(xml, 'tt:UTCDateTime').replace(
          '</tds:SystemDateAndTime>',
          `<tt:LocalDateTime>${time}${date}</tt:LocalDateTime></tds:SystemDateAndTime>`,
        );
      }),
    },
  },
  {
    name: 'zero-date',
    about: 'the device says it is 0000-00-00',
    source: 'Hikvision (0000-00-00T00:00:00Z): home-assistant/core#66357; home-assistant/core#134760',
    behaviour: {
      rewrite: onOperation('GetSystemDateAndTime', (xml) =>
        ['tt:Year', 'tt:Month', 'tt:Day', 'tt:Hour', 'tt:Minute', 'tt:Second'].reduce(
          (text, name) => fill(text, name, '0'),
          xml,
        ),
      ),
    },
  },
];
