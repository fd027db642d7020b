import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { recentEventsQuery } from '../api/queries.ts';
import { openStream, type StreamStatus } from '../api/stream.ts';
import type { EventItem } from '../api/types.ts';
import { severityOf } from '../components/severity-mark.tsx';
import { useNow } from '../components/use-now.ts';
import { useTexts } from '../components/use-texts.ts';
import { alarmRate, soundFor } from '../sound/alarm-rate.ts';
import { type AlarmSound, createAlarmSound } from '../sound/alarm-sound.ts';

type LiveUpdates = {
  status: StreamStatus;
  /** Alarms raised in the last ten minutes. */
  rate: number;
  isSoundOn: boolean;
  /** Must be called from a click. @throws when the browser refuses */
  setSound: (isOn: boolean) => Promise<void>;
};

const Context = createContext<LiveUpdates | null>(null);
const ARRIVAL_MS = 120_000;
const SEEN_LIMIT = 2000;

export function useLiveUpdates(): LiveUpdates {
  const value = useContext(Context);
  if (value === null) throw new Error('useLiveUpdates needs LiveUpdatesProvider around it');
  return value;
}

/** True once for each alarm that has just been raised: not for replays of old ones or for later changes. */
function useArrivals(): (event: EventItem) => boolean {
  const seen = useRef(new Set<string>());
  return useCallback((event: EventItem) => {
    const isFresh = event.state === 'new' && Date.now() - Date.parse(event.receivedAt) < ARRIVAL_MS;
    if (!isFresh || seen.current.has(event.id)) return false;
    seen.current.add(event.id);
    if (seen.current.size > SEEN_LIMIT) {
      const oldest = seen.current.values().next().value;
      if (oldest !== undefined) seen.current.delete(oldest);
    }
    return true;
  }, []);
}

function useSound(): { isSoundOn: boolean; setSound: LiveUpdates['setSound']; sound: AlarmSound } {
  const [isSoundOn, setOn] = useState(false);
  const [sound] = useState(() => createAlarmSound());
  useEffect(() => () => void sound.disable(), [sound]);
  const setSound = useCallback(
    async (isOn: boolean) => {
      await (isOn ? sound.enable() : sound.disable());
      setOn(isOn);
    },
    [sound],
  );
  return { isSoundOn, setSound, sound };
}

/** The stream of changes for every screen: keeps the caches fresh, announces and rings new alarms. */
export function LiveUpdatesProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const { t, pick } = useTexts();
  const [status, setStatus] = useState<StreamStatus>('connecting');
  const [announcement, setAnnouncement] = useState('');
  const recent = useQuery(recentEventsQuery);
  const now = useNow(10_000);
  const rate = useMemo(() => alarmRate(recent.data?.items ?? [], now), [recent.data, now]);
  const isArrival = useArrivals();
  const { isSoundOn, setSound, sound } = useSound();

  const onEvent = useRef<(event: EventItem) => void>(() => undefined);
  onEvent.current = (event) => {
    if (!isArrival(event)) return;
    const source = event.camera?.name ?? event.sensor?.name ?? event.gatewayId;
    const severity = t('severity.label', { level: severityOf(event.severity) });
    setAnnouncement(t('alarms.arrived', { severity, type: pick(event.typeName), source }));
    const tone = soundFor(event.severity, rate);
    if (tone !== null) sound.ring(tone);
  };
  useEffect(
    () => openStream({ client, onStatus: setStatus, onEvent: (event) => onEvent.current(event) }),
    [client],
  );

  const value = useMemo(() => ({ status, rate, isSoundOn, setSound }), [status, rate, isSoundOn, setSound]);
  return (
    <Context value={value}>
      {children}
      <div className="only-heard" aria-live="assertive" data-testid="announcement">
        {announcement}
      </div>
    </Context>
  );
}
