/** The same values as the custom properties of styles/base.css: antd needs them as numbers and colours. */
export const palette = {
  background: '#060c16',
  panel: '#0b1526',
  raised: '#111f36',
  line: '#1c3050',
  text: '#e6eefa',
  quiet: '#a8bcd8',
  accent: '#5aa2ff',
  fill: '#1b66d6',
} as const;

export const FONT =
  '"Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",system-ui,sans-serif';
