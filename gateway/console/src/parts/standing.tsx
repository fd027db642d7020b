import { LADDER_CAUSES, LADDER_STATES } from '@pingan/models/contract';
import type { DeviceView } from '../../../src/console/interface.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Icon, type IconName } from './icon.tsx';

type Standing = DeviceView['standing'];
type Tone = { tone: 'good' | 'warning' | 'failed' | 'quiet'; icon: IconName };

const TONES: Readonly<Record<Standing['state'], Tone>> = {
  'not-reachable': { tone: 'failed', icon: 'failed' },
  reachable: { tone: 'quiet', icon: 'unknown' },
  'needs-password': { tone: 'warning', icon: 'lock' },
  'clock-wrong': { tone: 'warning', icon: 'warning' },
  'no-usable-profile': { tone: 'failed', icon: 'failed' },
  ready: { tone: 'good', icon: 'check' },
};

/** Where a device stands: colour, drawing and word. */
export function StandingChip({ standing }: { standing: Standing }) {
  const { language } = useSpeech();
  const { tone, icon } = TONES[standing.state];
  return (
    <span className={`chip chip-${tone}`}>
      <Icon name={icon} size={14} />
      {LADDER_STATES[standing.state][language]}
    </span>
  );
}

/** Why it stands there and what to do next; nothing for a device that simply works. */
export function StandingAdvice({ standing }: { standing: Standing }) {
  const { language, texts } = useSpeech();
  const cause = LADDER_CAUSES[standing.cause];
  if (standing.cause === 'working') return null;
  return (
    <p className="advice">
      <span>{cause[language]}</span>
      <span className="advice-next">
        {texts.device.next}
        {cause.next[language]}
      </span>
    </p>
  );
}
