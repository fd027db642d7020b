import type { OnvifService, Operation } from './host.ts';
import { escapeXml, textOf } from './soap.ts';

export const PTZ_PATH = '/onvif/ptz_service';

function speedOf(xml: string) {
  const attribute = (element: string, name: string) =>
    Number(new RegExp(`<(?:[\\w.-]+:)?${element}\\b[^>]*\\b${name}="(-?[\\d.]+)"`).exec(xml)?.[1] ?? 0);
  return { pan: attribute('PanTilt', 'x'), tilt: attribute('PanTilt', 'y'), zoom: attribute('Zoom', 'x') };
}

const continuousMove: Operation = ({ state }, xml) => {
  state.ptz.move(speedOf(xml));
  return '<tptz:ContinuousMoveResponse/>';
};

const stop: Operation = ({ state }) => {
  state.ptz.stop();
  return '<tptz:StopResponse/>';
};

const getPresets: Operation = ({ state }) => {
  const presets = [...state.ptz.presets].map(
    ([token, name]) => `<tptz:Preset token="${token}"><tt:Name>${escapeXml(name)}</tt:Name></tptz:Preset>`,
  );
  return `<tptz:GetPresetsResponse>${presets.join('')}</tptz:GetPresetsResponse>`;
};

const gotoPreset: Operation = ({ state }, xml) =>
  state.ptz.goTo(textOf(xml, 'PresetToken') ?? '')
    ? '<tptz:GotoPresetResponse/>'
    : { fault: 'ter:NoToken', reason: 'no such preset' };

const setPreset: Operation = ({ state }, xml) =>
  `<tptz:SetPresetResponse><tptz:PresetToken>${state.ptz.save(textOf(xml, 'PresetName') ?? '')}</tptz:PresetToken></tptz:SetPresetResponse>`;

export const ptzService: OnvifService = {
  namespace: 'http://www.onvif.org/ver20/ptz/wsdl',
  path: PTZ_PATH,
  operations: new Map<string, Operation>([
    ['ContinuousMove', continuousMove],
    ['Stop', stop],
    ['GetPresets', getPresets],
    ['GotoPreset', gotoPreset],
    ['SetPreset', setPreset],
    ['GetConfigurations', () => '<tptz:GetConfigurationsResponse/>'],
    ['GetNodes', () => '<tptz:GetNodesResponse/>'],
  ]),
};
