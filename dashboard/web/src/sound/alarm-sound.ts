/** Tones for new alarms. The browser allows them only after a click: `enable` must be called from one. */
export type AlarmSound = {
  /** @throws when the browser refuses */
  enable(): Promise<void>;
  disable(): Promise<void>;
  /** Level 1 rings three times high and low, level 2 once. */
  ring(severity: 1 | 2): void;
};

type Tone = { startSeconds: number; hertz: number };

const TONES: Record<1 | 2, Tone[]> = {
  1: [0, 1, 2].flatMap((turn) => [
    { startSeconds: turn * 0.44, hertz: 988 },
    { startSeconds: turn * 0.44 + 0.2, hertz: 740 },
  ]),
  2: [
    { startSeconds: 0, hertz: 784 },
    { startSeconds: 0.22, hertz: 784 },
  ],
};
const TONE_SECONDS = 0.17;
const LOUDNESS = 0.22;

function play(context: AudioContext, { startSeconds, hertz }: Tone): void {
  const at = context.currentTime + startSeconds;
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.015);
  gain.gain.setValueAtTime(LOUDNESS, at + TONE_SECONDS - 0.03);
  gain.gain.linearRampToValueAtTime(0, at + TONE_SECONDS);
  gain.connect(context.destination);
  const oscillator = context.createOscillator();
  oscillator.type = 'triangle';
  oscillator.frequency.value = hertz;
  oscillator.connect(gain);
  oscillator.start(at);
  oscillator.stop(at + TONE_SECONDS);
}

export function createAlarmSound(open: () => AudioContext = () => new AudioContext()): AlarmSound {
  let context: AudioContext | undefined;
  const ring = (severity: 1 | 2) => {
    if (context?.state !== 'running') return;
    for (const tone of TONES[severity]) play(context, tone);
  };
  return {
    async enable() {
      context ??= open();
      await context.resume();
      ring(2);
    },
    async disable() {
      await context?.close();
      context = undefined;
    },
    ring,
  };
}
