import { createHash, createPublicKey, verify } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EvidenceStore, GatewayKey } from '../../../gateway/src/evidence/index.ts';
import { type CodedClip, fixturePath, readClip } from '../../support/access-units.ts';
import { until } from '../../support/until.ts';
import { evidenceFolder, evidenceStore, PlayedCamera, probeClip } from './evidence-kit.ts';

const JPEG = { width: 2, height: 2, jpegBase64: Buffer.from('not a real picture').toString('base64') };
const SNAPSHOT = { ...JPEG, sha256: createHash('sha256').update('not a real picture').digest('hex') };

let clips: Record<'street' | 'h265' | 'bframes', CodedClip>;
beforeAll(async () => {
  const [street, h265, bframes] = await Promise.all(
    ['street.mp4', 'street-h265.mp4', 'street-bframes.mp4'].map((name) => readClip(fixturePath(name))),
  );
  if (!street || !h265 || !bframes) throw new Error('no clips');
  clips = { street, h265, bframes };
});

let place: { folder: string; key: GatewayKey; remove(): void };
let store: EvidenceStore;
beforeEach(async () => {
  place = await evidenceFolder();
  store = evidenceStore(place);
  await store.start();
});
afterEach(async () => {
  await store.stop();
  place.remove();
});

const kept = () => {
  const [evidence] = store.list();
  if (evidence === undefined) throw new Error('nothing was kept');
  return evidence;
};

describe('a clip', () => {
  test.each([
    ['H.264', 'street', 'h264'],
    ['H.264 with B-frames', 'bframes', 'h264'],
    ['H.265', 'h265', 'hevc'],
  ] as const)('of %s begins ten seconds before the alarm at a keyframe and ends twenty after it', async (_, name, codec) => {
    const camera = new PlayedCamera(clips[name], store);
    await camera.play(30);
    const event = await camera.alarm({ snapshot: SNAPSHOT });
    await camera.play(25);
    await camera.recorder.stop();
    await store.processAll();
    const { manifest, folder } = kept();
    const probe = await probeClip(join(folder, 'clip.mp4'));
    expect(probe.codec).toBe(codec);
    // B-frames: ffmpeg counts from the first decode time, which lies before the first picture.
    expect(probe.startSeconds).toBeLessThan(0.4);
    expect(probe.seconds).toBeGreaterThanOrEqual(30);
    expect(probe.seconds).toBeLessThan(33.5);
    expect(manifest.clip).toMatchObject({
      codec: codec === 'hevc' ? 'h265' : 'h264',
      complete: true,
      masked: false,
    });
    expect(Math.abs((manifest.clip?.durationMs ?? 0) / 1000 - probe.seconds)).toBeLessThan(0.3);
    const beforeMs = Date.parse(event.occurredAt) - Date.parse(manifest.clip?.from ?? '');
    expect(beforeMs).toBeGreaterThanOrEqual(10_000);
    expect(beforeMs).toBeLessThan(13_500);
  });

  test('is proven by the manifest: digests and lengths of its files, signed with the key of the gateway', async () => {
    const camera = new PlayedCamera(clips.street, store);
    await camera.play(12);
    const event = await camera.alarm({ snapshot: SNAPSHOT });
    await camera.play(21);
    await camera.recorder.stop();
    await store.processAll();
    const evidence = kept();
    const { text, signature } = await store.signedManifest(evidence);
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: place.key.publicKey },
      format: 'jwk',
    });
    expect(verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(
      verify(null, Buffer.from(text.replace('北门', '南门')), key, Buffer.from(signature, 'base64url')),
    ).toBe(false);
    expect(evidence.manifest.files.map(({ name }) => name).sort()).toEqual(
      [`${event.id}.jpg`, 'clip.mp4'].sort(),
    );
    for (const { name, bytes, sha256 } of evidence.manifest.files) {
      const data = readFileSync(join(evidence.folder, name));
      expect([data.length, createHash('sha256').update(data).digest('hex')]).toEqual([bytes, sha256]);
    }
    expect(statSync(join(place.folder, 'gateway-key.pem')).mode & 0o777).toBe(0o600);
  });

  test('is shared by alarms that overlap and cut where it would grow too long', async () => {
    const times = { beforeMs: 2000, afterMs: 4000, longestMs: 9000 };
    const camera = new PlayedCamera(clips.street, store, { times });
    await camera.play(6);
    const first = await camera.alarm();
    await camera.play(2);
    const second = await camera.alarm();
    await camera.play(2.5);
    const third = await camera.alarm();
    await camera.play(5);
    await camera.recorder.stop();
    await store.processAll();
    expect(store.list().map(({ manifest }) => manifest.alarms.map(({ id }) => id))).toEqual([
      [first.id, second.id],
      [third.id],
    ]);
    expect(store.find(second.id)).toBe(store.find(first.id));
    const [shared] = store.list();
    expect((await probeClip(join(shared?.folder ?? '', 'clip.mp4'))).seconds).toBeGreaterThan(6.4);
  });

  test('is cut where the stream changes its parameters, and says so', async () => {
    const camera = new PlayedCamera(clips.street, store);
    await camera.play(12);
    await camera.alarm();
    await camera.play(5);
    camera.recorder.onParameterSets('sub', clips.bframes.sets);
    await camera.recorder.stop();
    await store.processAll();
    expect(kept().manifest.clip).toMatchObject({ complete: false });
    expect((await probeClip(join(kept().folder, 'clip.mp4'))).seconds).toBeLessThan(20);
  });

  test('is missing, in words, when the camera gave nothing; the snapshot is kept', async () => {
    const camera = new PlayedCamera(clips.street, store);
    const event = await camera.alarm({ snapshot: SNAPSHOT });
    await camera.recorder.stop();
    await store.processAll();
    expect(kept().manifest).toMatchObject({
      clip: null,
      clipMissing: 'no-stream',
      files: [{ name: `${event.id}.jpg` }],
    });
    await camera.alarm();
    await camera.recorder.stop();
    await store.processAll();
    expect(store.list()).toHaveLength(1);
  });
});

describe('after a power cut', () => {
  test('what was recorded up to it becomes a playable clip, and nothing half-written counts', async () => {
    const camera = new PlayedCamera(clips.street, store);
    await camera.play(12);
    const event = await camera.alarm({ snapshot: SNAPSHOT });
    await camera.play(8);
    const running = join(place.folder, 'evidence/recording');
    await until('the recording to be on disk', () =>
      readdirSync(running).some((name) => {
        const file = join(running, name, 'recording.mp4');
        return existsSync(file) && statSync(file).size > 700_000;
      }),
    );
    // The disk as the power cut leaves it: a recording that nobody ended, its last write cut in the middle of a picture.
    const disk = { ...place, folder: join(place.folder, 'disk') };
    cpSync(join(place.folder, 'evidence'), join(disk.folder, 'evidence'), { recursive: true });
    const recording = join(disk.folder, 'evidence/recording');
    const [draft = ''] = readdirSync(recording);
    const file = join(recording, draft, 'recording.mp4');
    const { size } = statSync(file);
    expect(size).toBeGreaterThan(100_000);
    truncateSync(file, size - 37);
    mkdirSync(join(recording, 'no-draft-yet'));
    const restarted = evidenceStore(disk);
    await restarted.start();
    await restarted.processAll();
    const evidence = restarted.find(event.id);
    expect(evidence?.manifest.clip).toMatchObject({ complete: false });
    const probe = await probeClip(join(evidence?.folder ?? '', 'clip.mp4'));
    expect(probe.seconds).toBeGreaterThan(12);
    expect(readdirSync(recording)).toEqual([]);
    await restarted.stop();
    const again = evidenceStore(disk);
    await again.start();
    expect(again.find(event.id)?.files).toEqual(new Set(['clip.mp4', `${event.id}.jpg`]));
    await again.stop();
  });
});
