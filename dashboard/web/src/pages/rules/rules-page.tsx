import { EVENT_KINDS, type Rule, type RuleKind } from '@pingan/models/contract';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, Button, Select } from 'antd';
import { useMemo, useState } from 'react';
import { camerasQuery } from '../../api/queries.ts';
import {
  type Configuration,
  configurationQuery,
  ruleFiguresQuery,
  saveRules,
  versionsQuery,
} from '../../api/rules.ts';
import type { CameraItem } from '../../api/types.ts';
import { Chip } from '../../components/chip.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useAction } from '../../components/use-action.ts';
import { useTexts } from '../../components/use-texts.ts';
import { useIsAdmin } from '../../shell/session.tsx';
import { usePicture } from './picture.tsx';
import { changed, freeId, newRule, RULE_KINDS } from './rule-fields.ts';
import { RuleForm } from './rule-form.tsx';
import { RuleList } from './rule-list.tsx';
import { areaOf, type Shape } from './shape.ts';
import { ShapeEditor } from './shape-editor.tsx';
import { TrialsPanel } from './trials-panel.tsx';
import { VersionsPanel } from './versions-panel.tsx';
import './rules.css';

const WEEK_MS = 7 * 86_400_000;
/** Share of the picture below which hardly anybody's foot point falls into a zone. */
const SMALL_ZONE = 0.002;

const shapeOf = (rule: Rule): Shape | null => {
  if ('zone' in rule) return { kind: 'zone', points: rule.zone.polygon };
  if ('line' in rule) return { kind: 'line', points: rule.line.points };
  return null;
};

function withShape(rule: Rule, { points }: Shape): Rule {
  if ('zone' in rule) return changed(rule, { zone: { ...rule.zone, polygon: points } }) ?? rule;
  if ('line' in rule) return changed(rule, { line: { ...rule.line, points } }) ?? rule;
  return rule;
}

function Delivery({ configuration }: { configuration: Configuration }) {
  const { t } = useTexts();
  const { desired, reported } = configuration;
  const faults = reported?.errors ?? [];
  const isThere = desired !== null && reported?.version === desired.version;
  return (
    <section aria-label={t('rules.status')} className="rule-delivery" data-testid="rule-delivery">
      {desired !== null && <Chip tone="info">{t('rules.desired', { version: desired.version })}</Chip>}
      {reported === null ? (
        <Chip tone="quiet">{t('rules.notReported')}</Chip>
      ) : (
        <Chip tone={isThere ? 'good' : 'warn'}>{t('rules.applied', { version: reported.version })}</Chip>
      )}
      {!isThere && desired !== null && (
        <Chip tone={faults.length > 0 ? 'bad' : 'quiet'}>
          {t(faults.length > 0 ? 'rules.refused' : 'rules.waiting')}
        </Chip>
      )}
      {faults.length > 0 && (
        <ul className="rule-faults" aria-label={t('rules.faults')}>
          {faults.map(({ path, message }) => (
            <li key={path + message}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

type EditorProps = {
  rule: Rule;
  others: readonly Rule[];
  cameras: readonly CameraItem[];
  onChange: (rule: Rule) => void;
  onRemove: () => void;
  isReadOnly: boolean;
};

function RuleEditor(props: EditorProps) {
  const { rule, cameras, onChange, isReadOnly } = props;
  const { t, pick } = useTexts();
  const fitting = cameras.filter(
    ({ id, code }) =>
      rule.cameras.includes('*') || rule.cameras.some((key) => key === code || id.endsWith(`:${key}`)),
  );
  const [shown, setShown] = useState<string | null>(null);
  const camera = fitting.find(({ id }) => id === shown) ?? fitting[0] ?? null;
  const picture = usePicture(camera);
  const shape = shapeOf(rule);
  return (
    <Panel
      title={`${pick(EVENT_KINDS[rule.kind])} · ${rule.id}`}
      extra={
        <Select
          size="small"
          className="rule-camera"
          aria-label={t('rules.camera')}
          value={camera?.id ?? null}
          options={fitting.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setShown}
        />
      }
    >
      <div className="rule-editor">
        <div>
          <ShapeEditor
            shape={shape}
            arrow={'allowed' in rule ? [rule.allowed[0], rule.allowed[1]] : null}
            ratio={picture.ratio}
            onChange={(next) => onChange(withShape(rule, next))}
            isReadOnly={isReadOnly}
          >
            {picture.layer}
          </ShapeEditor>
          {picture.caption}
          <p className="quiet">{t(shape === null ? 'rules.noShape' : 'rules.keys')}</p>
          {shape?.kind === 'zone' && areaOf(shape.points) < SMALL_ZONE && (
            <Alert type="warning" showIcon title={t('rules.tooSmall')} />
          )}
        </div>
        <RuleForm {...props} />
      </div>
    </Panel>
  );
}

function AddRule({
  rules,
  cameras,
  onAdd,
}: {
  rules: readonly Rule[];
  cameras: readonly CameraItem[];
  onAdd: (rule: Rule) => void;
}) {
  const { t, pick } = useTexts();
  const [kind, setKind] = useState<RuleKind>('zone-intrusion');
  const [first] = cameras;
  const add = () => {
    const id = freeId(kind, rules);
    const rule = newRule(kind, { id, camera: first?.code ?? '*', shapeName: t('rules.newShape') });
    if (rule !== null) onAdd(rule);
  };
  return (
    <div className="rule-row">
      <Select
        size="small"
        className="rule-kind"
        aria-label={t('rules.kind')}
        value={kind}
        options={RULE_KINDS.map((value) => ({ value, label: pick(EVENT_KINDS[value]) }))}
        onChange={setKind}
      />
      <Button size="small" onClick={add} data-testid="rule-add">
        {t('rules.add')}
      </Button>
    </div>
  );
}

/** The draft of a gateway's rules: what the centre sent last until somebody changes it. */
function useDraft(gatewayId: string, configuration: Configuration | undefined) {
  const { t } = useTexts();
  const client = useQueryClient();
  const { isBusy, run } = useAction();
  const [edited, setEdited] = useState<{ base: number; rules: Rule[] } | null>(null);
  const base = configuration?.desired?.version ?? 0;
  const rules: Rule[] =
    edited?.rules ?? configuration?.desired?.rules.flatMap((rule) => changed(rule, {}) ?? []) ?? [];
  const take = (next: Configuration) => {
    client.setQueryData(configurationQuery(gatewayId).queryKey, next);
    setEdited(null);
  };
  const save = (changedRules: Rule[]) =>
    run(async () => {
      const next = await saveRules(gatewayId, {
        rules: changedRules,
        baseVersion: edited?.base ?? base,
      });
      take(next);
      await client.invalidateQueries({ queryKey: versionsQuery(gatewayId).queryKey });
      return t('rules.saved', { version: next.desired?.version ?? 0 });
    });
  return {
    rules,
    isDirty: edited !== null,
    isBusy,
    set: (next: Rule[]) => setEdited({ base: edited?.base ?? base, rules: next }),
    discard: () => setEdited(null),
    take,
    save,
  };
}

/** 规则: what the gateway looks for, drawn on its cameras' pictures; trials, precision and earlier versions. */
export function RulesPage() {
  const { id: gatewayId } = useParams({ from: '/inside/gateways/$id/rules' });
  const { t } = useTexts();
  const isReadOnly = !useIsAdmin();
  const query = useQuery(configurationQuery(gatewayId));
  const figures = useQuery(ruleFiguresQuery(gatewayId));
  const cameraPages = useInfiniteQuery(camerasQuery);
  const cameras = useMemo(
    () =>
      cameraPages.data?.pages.flatMap(({ items }) => items).filter((one) => one.gatewayId === gatewayId) ??
      [],
    [cameraPages.data, gatewayId],
  );
  const draft = useDraft(gatewayId, query.data);
  const [selected, setSelected] = useState<number>(0);
  const rule = draft.rules[selected];
  const replace = (next: Rule) => draft.set(draft.rules.map((one, at) => (at === selected ? next : one)));
  const onTrial = (one: Rule) => {
    const next = changed(one, { trialUntil: new Date(Date.now() + WEEK_MS).toISOString() });
    if (next !== null) void draft.save(draft.rules.map((other) => (other === one ? next : other)));
  };
  return (
    <Page
      title={t('rules.of', { gateway: gatewayId })}
      tools={
        <>
          <Link to="/gateways">{t('rules.back')}</Link>
          {draft.isDirty && <Chip tone="warn">{t('rules.unsaved')}</Chip>}
          {draft.isDirty && <Button onClick={draft.discard}>{t('rules.discard')}</Button>}
          <Button
            type="primary"
            disabled={isReadOnly || !draft.isDirty}
            loading={draft.isBusy}
            onClick={() => void draft.save(draft.rules)}
            data-testid="rules-save"
          >
            {t('rules.save')}
          </Button>
        </>
      }
    >
      <QueryNote query={query} isEmpty={query.data === undefined}>
        {query.data !== undefined && <Delivery configuration={query.data} />}
        {isReadOnly && <p className="quiet">{t('rules.readOnly')}</p>}
        {query.data?.desired === null && <Alert type="info" showIcon title={t('rules.none')} />}
        <div className="rules-grid">
          <Panel title={t('rules.list')}>
            {!isReadOnly && (
              <AddRule
                rules={draft.rules}
                cameras={cameras}
                onAdd={(added) => {
                  draft.set([...draft.rules, added]);
                  setSelected(draft.rules.length);
                }}
              />
            )}
            <RuleList
              rules={draft.rules}
              cameras={cameras}
              figures={figures.data}
              faults={draft.isDirty ? [] : (query.data?.reported?.errors ?? [])}
              selected={rule?.id ?? null}
              onSelect={(id) => setSelected(draft.rules.findIndex((one) => one.id === id))}
              onTrial={isReadOnly || draft.isDirty ? null : onTrial}
            />
          </Panel>
          {rule !== undefined && (
            <RuleEditor
              key={selected}
              rule={rule}
              others={draft.rules.filter((one) => one !== rule)}
              cameras={cameras}
              onChange={replace}
              onRemove={() => {
                draft.set(draft.rules.filter((one) => one !== rule));
                setSelected(0);
              }}
              isReadOnly={isReadOnly}
            />
          )}
        </div>
        <div className="rules-below">
          <TrialsPanel gatewayId={gatewayId} days={figures.data?.trials ?? []} />
          <VersionsPanel
            gatewayId={gatewayId}
            current={query.data?.desired?.version ?? 0}
            onRestored={draft.take}
            isReadOnly={isReadOnly}
          />
        </div>
      </QueryNote>
    </Page>
  );
}
