import { CAMERA_FAULTS, PICTURE_FINDINGS } from '@pingan/models/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import type { CameraFilter } from '../../api/camera-health-types.ts';
import { gatewaysQuery } from '../../api/queries.ts';
import { areasQuery } from '../../api/safety-index.ts';
import { withoutSample } from '../../components/area-tree.ts';
import { useTexts } from '../../components/use-texts.ts';
import { keysOf, STATE_KINDS } from './filter-search.ts';

type Props = { filter: CameraFilter; onChange: (filter: CameraFilter) => void };

type ChoiceProps<K extends 'state' | 'cause' | 'finding' | 'gatewayId' | 'area'> = Props & {
  field: K;
  label: string;
  all: string;
  options: { value: NonNullable<CameraFilter[K]>; label: string }[];
};

function Choice<K extends 'state' | 'cause' | 'finding' | 'gatewayId' | 'area'>(props: ChoiceProps<K>) {
  const { field, filter, label, all, options, onChange } = props;
  const change = (value: NonNullable<CameraFilter[K]> | null) => {
    const { [field]: _, ...rest } = filter;
    onChange(value === null ? rest : { ...rest, [field]: value });
  };
  return (
    <Select<NonNullable<CameraFilter[K]> | null>
      className="camera-filter"
      aria-label={label}
      value={filter[field] ?? null}
      options={[{ value: null, label: all }, ...options]}
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      onChange={change}
    />
  );
}

/** Everything the list of cameras can be narrowed to; the server does it. */
export function CameraFilters({ filter, onChange }: Props) {
  const { t, pick } = useTexts();
  const gateways = useInfiniteQuery(gatewaysQuery);
  const areas = useQuery(areasQuery);
  const names = gateways.data?.pages.flatMap(({ items }) => items) ?? [];
  const common = { filter, onChange };
  return (
    <>
      <Input.Search
        className="camera-search"
        allowClear
        defaultValue={filter.search ?? ''}
        key={filter.search ?? ''}
        maxLength={100}
        placeholder={t('cameraList.search')}
        aria-label={t('cameraList.search')}
        onSearch={(text) => {
          const { search: _, ...rest } = filter;
          onChange(text.trim() === '' ? rest : { ...rest, search: text.trim() });
        }}
      />
      <Choice
        {...common}
        field="state"
        label={t('cameraList.state')}
        all={t('cameraList.allStates')}
        options={STATE_KINDS.map((one) => ({ value: one, label: t(`camera.stateKind.${one}`) }))}
      />
      <Choice
        {...common}
        field="cause"
        label={t('cameraList.cause')}
        all={t('cameraList.allCauses')}
        options={keysOf(CAMERA_FAULTS).map((one) => ({ value: one, label: pick(CAMERA_FAULTS[one]) }))}
      />
      <Choice
        {...common}
        field="finding"
        label={t('cameraList.finding')}
        all={t('cameraList.allFindings')}
        options={keysOf(PICTURE_FINDINGS).map((one) => ({ value: one, label: t(`camera.finding.${one}`) }))}
      />
      <Choice
        {...common}
        field="gatewayId"
        label={t('cameraList.gateway')}
        all={t('cameraList.allGateways')}
        options={names.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Choice
        {...common}
        field="area"
        label={t('cameraList.area')}
        all={t('cameraList.allAreas')}
        options={(areas.data?.items ?? []).map(({ code, name }) => ({
          value: code,
          label: withoutSample(pick(name)),
        }))}
      />
      <Button disabled={Object.keys(filter).length === 0} onClick={() => onChange({})}>
        {t('cameraList.reset')}
      </Button>
    </>
  );
}
