import type { OnvifService, Operation } from './host.ts';
import { textOf } from './soap.ts';

const IMAGING_PATH = '/onvif/imaging_service';
const NAMES = ['Brightness', 'ColorSaturation', 'Contrast', 'IrCutFilter'] as const;

const getSettings: Operation = ({ state, profiles }, xml) => {
  if (!profiles.some(({ sourceToken }) => sourceToken === textOf(xml, 'VideoSourceToken')))
    return { fault: 'ter:NoSource', reason: 'no such video source' };
  const settings = NAMES.map((name) => `<tt:${name}>${state.imaging.get(name)}</tt:${name}>`).join('');
  return `<timg:GetImagingSettingsResponse><timg:ImagingSettings>${settings}</timg:ImagingSettings></timg:GetImagingSettingsResponse>`;
};

const setSettings: Operation = ({ state }, xml) => {
  for (const name of NAMES) {
    const value = textOf(xml, name);
    if (value !== undefined) state.imaging.set(name, value);
  }
  return '<timg:SetImagingSettingsResponse/>';
};

export const imagingService: OnvifService = {
  namespace: 'http://www.onvif.org/ver20/imaging/wsdl',
  path: IMAGING_PATH,
  operations: new Map<string, Operation>([
    ['GetImagingSettings', getSettings],
    ['SetImagingSettings', setSettings],
  ]),
};
