import { useState } from 'react';
import type { DeviceFilter, DevicePage } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Button, ProblemNote, Progress } from '../parts/controls.tsx';
import { DeviceCard } from '../parts/device-card.tsx';
import { Icon } from '../parts/icon.tsx';
import { Pager } from '../parts/pager.tsx';
import { StepFrame } from '../parts/step-frame.tsx';
import { useVisit } from '../state/progress.tsx';
import { useAction } from '../state/use-action.ts';
import { usePoll } from '../state/use-poll.ts';
import { AddSheet } from './discover-add.tsx';

const POLL_MS = 1500;
const SIZE = 20;
const FILTERS: readonly DeviceFilter[] = ['all', 'attention', 'ready'];

/** Which cameras are there? A live list while the gateway looks. */
export function DiscoverStep() {
  const { texts } = useSpeech();
  const { goTo } = useVisit();
  const [filter, setFilter] = useState<DeviceFilter>('all');
  const [page, setPage] = useState(0);
  const [isAdding, setAdding] = useState(false);
  const { value: list, refresh } = usePoll<DevicePage>(endpoints.devicesPath(filter, page, SIZE), POLL_MS);
  const scan = useAction(async (networks: readonly string[]) => {
    await endpoints.scan(networks);
    refresh();
  });
  const stop = useAction(async () => {
    await endpoints.cancelScan();
    refresh();
  });
  const isRunning = list?.scan.kind === 'running';
  const hasDevices = (list?.counts.all ?? 0) > 0;
  const choose = (next: DeviceFilter) => {
    setFilter(next);
    setPage(0);
  };
  const look = () => void scan.run([]);
  return (
    <StepFrame
      actions={
        <DiscoverActions
          isRunning={isRunning}
          hasDevices={hasDevices}
          isBusy={scan.isRunning || stop.isRunning}
          onLook={look}
          onStop={() => void stop.run()}
          onNext={() => goTo('passwords', 'discover')}
        />
      }
    >
      <ProblemNote error={scan.error ?? stop.error} />
      {list && <ScanState scan={list.scan} found={list.counts.all} />}
      <div className="toolbar">
        <fieldset className="segments">
          <legend className="visually-hidden">{texts.discover.filterLabel}</legend>
          {FILTERS.map((one) => (
            <label key={one} data-checked={one === filter}>
              <input type="radio" name="filter" checked={one === filter} onChange={() => choose(one)} />
              {texts.discover.filters[one === 'ready' ? 'ready' : one === 'attention' ? 'attention' : 'all']}
              <b>{list?.counts[one] ?? 0}</b>
            </label>
          ))}
        </fieldset>
        <Button className="button-small" onClick={() => setAdding(true)}>
          {texts.discover.more}
        </Button>
      </div>
      {list && <DeviceList list={list} isSearching={isRunning} onChange={refresh} onPage={setPage} />}
      {isAdding && (
        <AddSheet
          onClose={() => setAdding(false)}
          onAdded={refresh}
          onScan={(networks) => {
            setAdding(false);
            void scan.run(networks);
          }}
        />
      )}
    </StepFrame>
  );
}

type ActionsProps = {
  isRunning: boolean;
  hasDevices: boolean;
  isBusy: boolean;
  onLook(): void;
  onStop(): void;
  onNext(): void;
};

function DiscoverActions({ isRunning, hasDevices, isBusy, onLook, onStop, onNext }: ActionsProps) {
  const { texts } = useSpeech();
  if (isRunning) {
    return (
      <>
        <Button disabled={isBusy} onClick={onStop}>
          {texts.discover.stop}
        </Button>
        <Button kind="primary" disabled={!hasDevices} onClick={onNext}>
          {texts.common.next}
        </Button>
      </>
    );
  }
  return (
    <>
      <Button kind={hasDevices ? 'plain' : 'primary'} disabled={isBusy} onClick={onLook}>
        <Icon name="search" /> {hasDevices ? texts.discover.again : texts.discover.start}
      </Button>
      {hasDevices && (
        <Button kind="primary" onClick={onNext}>
          {texts.common.next}
        </Button>
      )}
    </>
  );
}

function ScanState({ scan, found }: { scan: DevicePage['scan']; found: number }) {
  const { texts } = useSpeech();
  if (scan.kind === 'idle') {
    return scan.error === null ? null : (
      <p className="notice notice-warning">{fill(texts.discover.error, { error: scan.error })}</p>
    );
  }
  const { asked, total } = scan;
  return (
    <section className="card scanning" aria-live="polite">
      <p>
        <strong>{fill(texts.discover.searching, { found })}</strong>
      </p>
      <Progress
        label={fill(texts.discover.searching, { found })}
        value={total === null ? null : asked}
        most={total ?? 1}
      />
      {total !== null && <p className="quiet">{fill(texts.discover.asked, { asked, total })}</p>}
    </section>
  );
}

type ListProps = { list: DevicePage; isSearching: boolean; onChange(): void; onPage(page: number): void };

function DeviceList({ list, isSearching, onChange, onPage }: ListProps) {
  const { texts } = useSpeech();
  if (list.total === 0) {
    if (isSearching) return null;
    return (
      <div className="empty">
        <Icon name="camera" size={40} />
        <p>{list.counts.all === 0 ? texts.discover.none : texts.discover.noneOfFilter}</p>
        {list.counts.all === 0 && <p className="quiet">{texts.discover.noneHint}</p>}
      </div>
    );
  }
  return (
    <>
      <h2 className="visually-hidden">{texts.discover.list}</h2>
      <ul className="devices">
        {list.items.map((device) => (
          <DeviceCard key={device.id} device={device} onChange={onChange} />
        ))}
      </ul>
      <Pager page={list.page} size={SIZE} total={list.total} onPage={onPage} />
    </>
  );
}
