import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import type { Evidence, EvidenceStore } from '../../../gateway/src/evidence/store.ts';
import { UploadError, type UploadJob } from '../../../gateway/src/evidence/upload-client.ts';
import { Uploader } from '../../../gateway/src/evidence/uploader.ts';

const ALARM = (n: number) => `018bcfe5-7f0c-7439-b5ae-fb66032add0${n}`;

const evidence = (n: number, severity = 2): Evidence => ({
  id: ALARM(n),
  folder: `/kept/${n}`,
  manifest: {
    version: 1,
    id: ALARM(n),
    gatewayId: 'gw-1',
    camera: { id: 'cam-1', name: 'gate' },
    createdAt: '2026-01-01T00:00:00.000Z',
    clock: { trusted: true, offsetMs: 0 },
    alarms: [{ id: ALARM(n), type: 'zone-intrusion', severity, occurredAt: '2026-01-01T00:00:00.000Z' }],
    clip: null,
    files: [{ name: `${ALARM(n)}.jpg`, mediaType: 'image/jpeg', bytes: 4, sha256: '0'.repeat(64) }],
  },
  files: new Set([`${ALARM(n)}.jpg`]),
  uploaded: false,
});

type Kept = Pick<EvidenceStore, 'onKept' | 'list' | 'find' | 'signedManifest' | 'markUploaded'>;

/** A store of what the test says, and a centre that answers as it says. */
function build(
  kept: Evidence[],
  answers: (Error | null)[],
  options: { mode?: 'on-demand' | 'alarms'; recording?: string[] } = {},
) {
  const tell: ((one: Evidence) => void)[] = [];
  const sent: string[] = [];
  const waits: number[] = [];
  let opened = 0;
  const store: Kept = {
    onKept: (listener) => {
      tell.push(listener);
      return () => {};
    },
    list: () => kept,
    find: (alarmId) => kept.find(({ id }) => id === alarmId),
    signedManifest: async () => ({ text: '{}', signature: 'x' }),
    markUploaded: async (id) => {
      const one = kept.find((other) => other.id === id);
      if (one !== undefined) one.uploaded = true;
    },
  };
  const recording = new Set(options.recording ?? []);
  const uploader = new Uploader({
    store,
    client: {
      open: async () => {
        opened += 1;
        return { id: ALARM(0), token: 't'.repeat(43), stored: false, files: [] };
      },
      send: async ({ folder, authority }: UploadJob) => {
        const answer = answers.shift() ?? null;
        if (answer !== null) throw answer;
        sent.push(`${authority.kind} ${folder}`);
      },
    },
    policy: { mode: options.mode ?? 'on-demand', severity: 2 },
    own: { kind: 'gateway', gatewayId: 'gw-1', token: 'secret' },
    isRecording: (alarmId) => recording.has(alarmId),
    log: silentLogger,
    sleep: async (ms) => {
      waits.push(ms);
    },
    random: () => 1,
  });
  uploader.start();
  return {
    uploader,
    sent,
    waits,
    opened: () => opened,
    keep: (one: Evidence) => {
      for (const say of tell) say(one);
    },
  };
}

const TICKET = 'ticket-0123456789-0123456789-abcdef';
const cut = () => new UploadError('cut', true);

describe('bringing evidence to the centre', () => {
  test('by policy only what is severe enough goes by itself, also what an earlier run left', async () => {
    const { uploader, sent, keep } = build([evidence(1, 1), evidence(2, 3)], [], { mode: 'alarms' });
    await uploader.processAll();
    keep(evidence(3, 2));
    keep(evidence(4, 4));
    await uploader.processAll();
    expect(sent).toEqual(['gateway /kept/1', 'gateway /kept/3']);
  });

  test('on demand nothing goes by itself', async () => {
    const { uploader, sent, keep } = build([evidence(1, 1)], []);
    keep(evidence(2, 1));
    await uploader.processAll();
    expect(sent).toEqual([]);
    expect(uploader.request(ALARM(1), TICKET)).toEqual({ kind: 'done' });
    await uploader.processAll();
    expect(sent).toEqual(['ticket /kept/1']);
  });

  test('what is still being recorded is sent once it is done', async () => {
    const { uploader, sent, keep } = build([], [], { recording: [ALARM(5)] });
    expect(uploader.request(ALARM(5), TICKET)).toEqual({ kind: 'done' });
    keep(evidence(5));
    await uploader.processAll();
    expect(sent).toEqual(['ticket /kept/5']);
  });

  test('a broken connection is tried again with growing waits in the upload that is open', async () => {
    const { uploader, sent, waits, opened } = build([evidence(1)], [cut(), cut(), cut(), null]);
    uploader.request(ALARM(1), TICKET);
    await uploader.processAll();
    expect([sent, opened()]).toEqual([['ticket /kept/1'], 1]);
    expect(waits).toEqual([2000, 4000, 8000]);
  });

  test('what the centre refuses for good is not tried again; what it forgot is opened anew by policy', async () => {
    const refused = build([evidence(1)], [new UploadError('422', false), null]);
    refused.uploader.request(ALARM(1), TICKET);
    await refused.uploader.processAll();
    expect(refused.sent).toEqual([]);
    const forgot = build([evidence(1)], [new UploadError('404', false, { isForgotten: true }), null], {
      mode: 'alarms',
    });
    await forgot.uploader.processAll();
    expect([forgot.sent, forgot.opened()]).toEqual([['gateway /kept/1'], 2]);
  });

  test('says in words what it does not have or has no more', () => {
    const gone = evidence(1);
    gone.files.clear();
    const { uploader } = build([gone], []);
    expect(uploader.request(ALARM(1), TICKET)).toMatchObject({ code: 'evidence-gone' });
    expect(uploader.request(ALARM(2), TICKET)).toMatchObject({ code: 'evidence-unknown' });
  });
});
