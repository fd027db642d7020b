import { createHash, randomBytes } from 'node:crypto';
import { type SafetyEvent, uuidV7 } from '@pingan/models/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningDashboard, startDashboard } from '../../support/dashboard.ts';
import { anEvent } from '../../support/events.ts';
import { connectGateway, type FakeGateway } from '../../support/fake-gateway.ts';
import { until } from '../../support/until.ts';
import { ruleKinds } from '../../unit/rules/rule-kinds.ts';

const GATEWAY = '/api/v1/gateways/gw-test';
let dashboard: RunningDashboard;
let gateway: FakeGateway;
let sequence = 1;

beforeAll(async () => {
  dashboard = await startDashboard();
  gateway = await connectGateway(await dashboard.addGateway('gw-test'));
  await gateway.sayState('online');
});
afterAll(async () => {
  await gateway?.end();
  await dashboard?.stop();
});

async function deliver(events: SafetyEvent[]) {
  const first = sequence;
  sequence += events.length;
  await gateway.sendEvents(events, first);
  return gateway.receiptOf(sequence - 1);
}

const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');
const snapshot = {
  width: 640,
  height: 360,
  sha256: createHash('sha256').update(jpeg).digest('hex'),
  jpegBase64: jpeg.toString('base64'),
};
/** What the index counts. */
async function raisedInAll(): Promise<number> {
  const facts = await dashboard.store.places.alarmFacts(new Date(0), new Date(Date.now() + 60_000));
  return facts.reduce((sum, { raised }) => sum + raised, 0);
}
const cleared = (event: SafetyEvent): SafetyEvent => ({
  ...event,
  id: uuidV7(Date.now(), randomBytes(10)),
  phase: 'cleared',
  detail: {},
});

describe('what a rule on trial would have raised', () => {
  const { snapshot: _, ...plain } = anEvent({ trial: true });
  const raised: SafetyEvent = { ...plain, trial: true, snapshot };

  test('is receipted and kept, and rings and counts nowhere', async () => {
    const changesBefore = (await dashboard.store.changes.bounds()).last;
    const ringing = anEvent();
    const receipt = await deliver([raised, cleared(raised), raised]);
    expect(receipt.rejected).toEqual([]);
    expect(
      (await dashboard.store.changes.since(changesBefore, 100)).filter(({ kind }) => kind === 'event'),
    ).toEqual([]);
    expect(await raisedInAll()).toBe(0);
    await deliver([ringing]);
    const list = await dashboard.api('/api/v1/events');
    expect(list.body).toMatchObject({ items: [{ id: ringing.id }] });
    expect(JSON.stringify(list.body)).not.toContain(raised.id);
    expect((await dashboard.api(`/api/v1/events/${raised.id}`)).status).toBe(404);
    const disposal = await dashboard.api(`/api/v1/events/${raised.id}/acknowledge`, {
      method: 'POST',
      body: {},
    });
    expect(disposal.status).toBe(404);
    expect(await raisedInAll()).toBe(1);
  });

  test('is listed apart with its picture, its end and counts per day', async () => {
    const { body } = await dashboard.api(`${GATEWAY}/trials?ruleId=night`);
    expect(body).toMatchObject({
      items: [{ id: raised.id, ruleId: 'night', verdict: null, clearedAt: expect.any(String) }],
      next: null,
    });
    const picture = await dashboard.api(`/api/v1/trials/${raised.id}/snapshot`);
    expect(picture.body).toEqual(jpeg);
    const figures = await dashboard.api(`${GATEWAY}/rules/figures`);
    expect(figures.body).toMatchObject({
      trials: [{ ruleId: 'night', cameraId: raised.origin.id, alarms: 1, confirmed: 0, refuted: 0 }],
      precision: [],
    });
    expect(body).not.toHaveProperty('precision');
  });

  test('may be judged, which counts in the trial only', async () => {
    const said = await dashboard.api(`/api/v1/verdicts/${raised.id}`, {
      method: 'PUT',
      body: { isTrue: false, reason: 'animal', note: '猫' },
    });
    expect(said.body).toMatchObject({
      verdict: { isTrue: false, reason: 'animal', note: '猫', actor: 'admin' },
    });
    expect((await dashboard.api(`${GATEWAY}/rules/figures`)).body).toMatchObject({
      trials: [{ alarms: 1, refuted: 1 }],
      precision: [],
    });
  });

  test('is forgotten after its time, with its picture', async () => {
    expect(await dashboard.store.trials.prune(new Date(Date.now() + 1000))).toBe(1);
    expect((await dashboard.api(`/api/v1/trials/${raised.id}/snapshot`)).status).toBe(404);
  });
});

describe('verdicts', () => {
  const verdict = (id: string, isTrue: boolean) =>
    dashboard.api(`/api/v1/verdicts/${id}`, {
      method: 'PUT',
      body: { isTrue, reason: isTrue ? 'confirmed' : 'foliage' },
    });
  const figures = async () => (await dashboard.api(`${GATEWAY}/rules/figures`)).body;

  test('become the precision of rule and camera; an end without one counts; the last word holds', async () => {
    const detail = { rule: { id: 'gate', kind: 'zone-intrusion' } };
    const alarms = Array.from({ length: 11 }, () => anEvent({ detail }));
    await deliver(alarms);
    for (const { id } of alarms.slice(0, 4)) expect((await verdict(id, true)).status).toBe(200);
    for (const { id } of alarms.slice(4, 9)) await verdict(id, false);
    expect(await figures()).toMatchObject({
      precision: [{ ruleId: 'gate', confirmed: 4, refuted: 5, precision: null, standing: 'collecting' }],
    });
    await dashboard.api(`/api/v1/events/${alarms[9]?.id}/false`, { method: 'POST', body: {} });
    expect(await figures()).toMatchObject({
      precision: [{ confirmed: 4, refuted: 6, precision: 0.4, standing: 'proposed' }],
    });
    await verdict(alarms[9]?.id ?? '', true);
    expect(await figures()).toMatchObject({
      precision: [{ confirmed: 5, refuted: 5, precision: 0.5, standing: 'good' }],
    });
  });

  test('with a reason to the contrary, or on nothing known, are refused', async () => {
    const body = { isTrue: true, reason: 'animal' };
    const id = uuidV7(Date.now(), randomBytes(10));
    expect((await dashboard.api(`/api/v1/verdicts/${id}`, { method: 'PUT', body })).body).toMatchObject({
      field: 'body.reason',
    });
    expect((await verdict(id, true)).status).toBe(404);
  });
});

describe('versions of the rules', () => {
  const rule = { ...ruleKinds['zone-intrusion'], id: 'one' };
  const put = (body: object) => dashboard.api(`${GATEWAY}/configuration`, { method: 'PUT', body });

  test('are kept with who and when; going back is a new signed version with the old rules', async () => {
    expect((await put({ rules: [rule], baseVersion: 0 })).status).toBe(200);
    expect((await put({ rules: [], baseVersion: 1 })).status).toBe(200);
    const back = await dashboard.api(`${GATEWAY}/configuration/versions/1/restore`, { method: 'POST' });
    expect(back.body).toMatchObject({ desired: { version: 3, rules: [{ id: 'one' }] } });
    expect((await dashboard.api(`${GATEWAY}/configuration/versions`)).body).toMatchObject({
      items: [
        { version: 3, actor: 'admin', restoredFrom: 1, rules: 1 },
        { version: 2, rules: 0, restoredFrom: null },
        { version: 1, rules: 1 },
      ],
    });
    const sent = await until('version 3 at the gateway', () =>
      gateway.messages.find(
        ({ topic, payload }) => topic.endsWith('/desired') && payload.includes('version\\":3'),
      ),
    );
    expect(sent.payload).toContain('signature');
  });

  test('made from one that is no longer in force are refused', async () => {
    expect((await put({ rules: [], baseVersion: 2 })).body).toMatchObject({ code: 'conflict' });
  });

  test('with two rules of one name are refused', async () => {
    expect((await put({ rules: [rule, rule] })).body).toMatchObject({ field: 'body.rules.1.id' });
  });

  test('that never were cannot come back', async () => {
    const answer = await dashboard.api(`${GATEWAY}/configuration/versions/99/restore`, { method: 'POST' });
    expect(answer.status).toBe(404);
  });
});
