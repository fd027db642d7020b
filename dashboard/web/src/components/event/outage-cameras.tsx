import type { EventItem } from '../../api/types.ts';
import { useTexts } from '../use-texts.ts';

type Outage = NonNullable<EventItem['detail']['outage']>;

const SHOWN = 12;

/** Which cameras fell, the first of them by name. */
export function OutageCameras({ outage }: { outage: Outage }) {
  const { t } = useTexts();
  const more = outage.fallen - Math.min(SHOWN, outage.cameras.length);
  const names = outage.cameras.slice(0, SHOWN).map(({ name }) => name);
  return (
    <li>
      <span>{t('outage.cameras')}</span>
      <b>{[...names, ...(more > 0 ? [t('outage.more', { left: more })] : [])].join(' · ')}</b>
    </li>
  );
}
