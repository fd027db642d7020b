import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Disposal } from '../../api/endpoints.ts';
import { eventQuery } from '../../api/queries.ts';
import type { EventItem } from '../../api/types.ts';
import { EventDrawer } from '../../components/event/event-drawer.tsx';
import { mayDispose, useDisposal } from '../../components/event/use-disposal.ts';
import { useMayDispose } from '../../shell/session.tsx';
import { AlarmQueue } from './alarm-queue.tsx';
import { GatewaysPanel, SensorsPanel } from './devices-panel.tsx';
import { GridMosaic } from './grid-mosaic.tsx';
import { IndexPanel } from './index-panel.tsx';
import { useAlarmQueue } from './use-alarm-queue.ts';
import { useShortcutSwitch, useShortcuts } from './use-shortcuts.ts';
import { useWall } from './use-wall.ts';
import { VideoWall } from './video-wall.tsx';
import './duty.css';

/** 值守台: everything a duty officer needs at once, without scrolling the page and without the mouse. */
export function DutyPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const queue = useAlarmQueue();
  const [openEvent, setOpenEvent] = useState<EventItem | null>(null);
  const wall = useWall(openEvent ?? queue.selected);
  const [areaCode, setAreaCode] = useState<string | null>(null);
  const [areKeysOn, setKeysOn] = useShortcutSwitch();
  const mayAct = useMayDispose();
  const { mutate } = useDisposal();

  const { select } = queue;
  const open = (event: EventItem) => {
    select(event.id);
    setOpenEvent(event);
  };
  const dispose = useCallback(
    (event: EventItem, disposal: Disposal) => {
      if (mayAct && mayDispose(event, disposal)) mutate({ event, disposal });
    },
    [mayAct, mutate],
  );

  const move = (by: 1 | -1) => () => {
    const hasLeft = openEvent !== null && !queue.items.some(({ id }) => id === openEvent.id);
    // The open alarm was disposed of and has left the list: its heir is the next one, not the one after.
    const id = hasLeft ? queue.selection.id : queue.move(by);
    const event = queue.items.find((one) => one.id === id);
    if (openEvent !== null && event !== undefined) setOpenEvent(event);
  };
  const disposeSelected = (disposal: Disposal) => () => {
    const event = openEvent ?? queue.selected;
    if (event === undefined) return;
    dispose(client.getQueryData(eventQuery(event.id).queryKey) ?? event, disposal);
  };
  useShortcuts(
    {
      j: move(1),
      k: move(-1),
      a: disposeSelected('acknowledge'),
      f: disposeSelected('false'),
      c: disposeSelected('close'),
    },
    areKeysOn,
  );

  return (
    <main className="duty" id="main">
      <h1 className="only-heard">{t('nav.duty')}</h1>
      <IndexPanel code={areaCode} onDrill={setAreaCode} />
      <VideoWall wall={wall} selected={queue.selected} coveredCameraId={openEvent?.camera?.id ?? null} />
      <div className="strip">
        <GridMosaic code={areaCode} onDrill={setAreaCode} />
        <SensorsPanel />
        <GatewaysPanel />
      </div>
      <AlarmQueue
        queue={queue}
        keys={{ isOn: areKeysOn, onChange: setKeysOn }}
        onOpen={open}
        onDispose={dispose}
      />
      <EventDrawer eventId={openEvent?.id ?? null} onClose={() => setOpenEvent(null)} />
    </main>
  );
}
