import { type ThemeConfig, theme } from 'antd';
import { FONT, palette } from './palette.ts';

/** Every text colour reaches 4.5:1 on every surface it is used on (WCAG 2.2, 1.4.3). */
export const appTheme: ThemeConfig = {
  algorithm: theme.darkAlgorithm,
  token: {
    fontFamily: FONT,
    colorPrimary: palette.fill,
    colorInfo: '#5aa2ff',
    colorSuccess: '#3fb950',
    colorWarning: '#e3a008',
    colorError: '#ff7b7b',
    colorBgBase: palette.background,
    colorBgContainer: palette.panel,
    colorBgElevated: palette.raised,
    colorBorder: '#35507a',
    colorBorderSecondary: palette.line,
    colorText: palette.text,
    colorTextSecondary: palette.quiet,
    colorTextTertiary: palette.quiet,
    colorTextQuaternary: '#8fa6c6',
    colorTextPlaceholder: '#93a9c8',
    colorTextDescription: palette.quiet,
    colorTextDisabled: '#8399b8',
    colorLink: '#7db8ff',
    colorLinkHover: '#a6ceff',
    borderRadius: 6,
    controlHeight: 32,
    motion: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
  },
  components: {
    Table: { headerBg: '#0f1c32', headerColor: palette.quiet, rowHoverBg: '#12223c', cellPaddingBlockSM: 7 },
    Segmented: {
      trackBg: '#0f1c32',
      itemSelectedBg: '#214a86',
      itemSelectedColor: '#ffffff',
      itemColor: palette.quiet,
    },
    Button: {
      primaryShadow: 'none',
      defaultShadow: 'none',
      dangerShadow: 'none',
      defaultBg: '#12233e',
      defaultHoverColor: '#a6ceff',
      defaultHoverBorderColor: '#5aa2ff',
      defaultHoverBg: '#173055',
      defaultActiveColor: '#a6ceff',
      textHoverBg: '#173055',
    },
    Drawer: { paddingLG: 20 },
  },
};
