import { DECODE_MODES, DECODE_NEEDS, PACKET_FINDINGS } from '@pingan/models/contract';
import type { CameraItem } from '../../api/types.ts';
import { useTexts } from '../../components/use-texts.ts';
import { bitrateText, numberText, percentText, timeText } from '../../i18n/format.ts';

type Rows = [string, string][];

/** What a camera's drawer lists; a figure that is not known is left out. */
export function useCameraFacts(camera: CameraItem): { health: Rows; identity: Rows } {
  const { t, pick, place } = useTexts();
  const { packets, state, work, decode } = camera;
  const health: Rows = [[t('camera.since'), timeText(state.since)]];
  if (state.kind === 'failed' && state.retryAt !== null)
    health.push([t('camera.retryAt'), timeText(state.retryAt)]);
  if (packets !== null) {
    health.push(
      [t('camera.fps'), `${numberText(packets.fps)} fps`],
      [t('camera.bitrate'), bitrateText(packets.bitrateKbps)],
      [t('camera.loss'), percentText(packets.lossRatio)],
      [t('camera.jitter'), `${numberText(packets.jitterMs)} ms`],
      [t('camera.gop'), t('camera.frames', { count: packets.gopLength })],
    );
    if (packets.clockOffsetMs !== null) {
      health.push([t('camera.clockOffset'), `${numberText(packets.clockOffsetMs / 1000)} s`]);
    }
  }
  const findings = packets?.findings ?? [];
  if (findings.length > 0) {
    const names = findings.map((finding) => pick(PACKET_FINDINGS[finding]));
    health.push([t('cameraPage.packetFindings'), names.join(' · ')]);
  }
  if (decode !== null) {
    const parts = { mode: pick(DECODE_MODES[decode.mode]), need: pick(DECODE_NEEDS[decode.need]) };
    health.push([
      t('cameraPage.decode'),
      t('cameraPage.decodeText', { ...parts, fps: numberText(decode.sampledFps) }),
    ]);
  }
  if (work !== null) health.push([t('camera.work'), t('camera.workText', work)]);
  health.push([t('camera.updatedAt'), timeText(camera.updatedAt)]);

  const identity: Rows = [[t('camera.code'), camera.code]];
  if (camera.address !== null) identity.push([t('camera.address'), camera.address]);
  const maker = [camera.manufacturer, camera.model].filter((part) => part !== null).join(' ');
  if (maker !== '') identity.push([t('camera.maker'), maker]);
  if (camera.codec !== null)
    identity.push([t('camera.codec'), camera.codec.toUpperCase().replace('H', 'H.')]);
  if (camera.width !== null && camera.height !== null) {
    identity.push([t('camera.resolution'), `${camera.width} × ${camera.height}`]);
  }
  if (camera.area !== null) identity.push([t('camera.area'), place(camera.area.path)]);
  identity.push([t('event.gateway'), camera.gatewayId]);
  if (camera.zones.length > 0)
    identity.push([t('camera.zones'), camera.zones.map(({ name }) => name).join(' · ')]);
  return { health, identity };
}
