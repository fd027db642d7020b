import type { evidenceTexts as zhEvidenceTexts } from './zh-cn.evidence.ts';
import type { Widen } from './zh-cn.ts';

/** English texts of the evidence clip of an event. */
export const evidenceTexts: Widen<typeof zhEvidenceTexts> = {
  evidence: {
    title: 'Evidence clip',
    span: '10 s before the alarm to 20 s after it',
    logged: 'Watching and downloading are written into the audit log',
    request: 'Get the clip',
    requestAgain: 'Ask again',
    watch: 'Watch the clip',
    asked:
      'The gateway has been told; waiting for the upload … (a clip still being recorded is sent when it is done)',
    receiving: 'Uploading, {{percent}}',
    progress: 'Progress of the upload',
    none: 'The clip is kept at the gateway: get it when you need it',
    removed: 'Removed here to keep within the storage limit; ask again, the gateway may still have it',
    offline: 'The gateway is offline: the clip can be had when it is back',
    mayNotWatch: 'Your role may not watch recordings: ask an operator or administrator',
    noClip: {
      'no-stream': 'The camera gave no video at the time of the alarm: there is no clip, only the snapshot',
      'masking-failed': 'The privacy mask could not be applied: to protect privacy no clip was kept',
    },
    cannotPlay:
      'This browser cannot play {{codec}}: download the clip and watch it in a player for H.265, or set the camera to H.264',
    failed: 'The clip could not be played: open it again or download it',
    player: 'Player of the evidence clip',
    moment: 'Go to the alarm at {{time}}',
    moments: 'Moments of alarm',
    download: 'Download clip',
    manifest: 'Download signed manifest',
    verified: 'Signature verified',
    verifiedHint:
      'The manifest is signed with the key of gateway {{gateway}}; the SHA-256 of every file was checked',
    masked: 'Privacy mask applied',
    incomplete: 'The clip is incomplete: the stream or the gateway broke off',
    clockUntrusted: 'The gateway’s clock was not to be trusted when it recorded',
    shared: 'Shared by {{count}} alarms',
    facts: '{{seconds}} s · {{width}}×{{height}} · {{codec}}',
    main: 'main stream',
    sub: 'sub-stream',
  },
};
