/**
 * For lists that scroll and hold nothing to focus: the keyboard must reach them to scroll them
 * (WCAG 2.1.1; axe: scrollable-region-focusable).
 */
export const scrollRegion = { tabIndex: 0 } as const;
