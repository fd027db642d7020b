/** Small drawings of this page; each says nothing by itself, the text beside it does. */
const PATHS = {
  check: 'M4.5 12.5l5 5 10-11',
  warning: 'M12 7v6m0 3.600v.4',
  failed: 'M7 7l10 10M17 7L7 17',
  unknown: 'M9 9.5a3 3 0 1 1 4.200 2.700c-.8.4-1.200 1-1.200 1.800m0 3v.2',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  search: 'M10.5 17a6.5 6.5 0 1 1 0-13 6.5 6.5 0 0 1 0 13zm4.800-1.700L20 20',
  camera: 'M4 8h3l1.5-2.5h7L17 8h3v11H4zm8 8.5a3.300 3.300 0 1 0 0-6.600 3.300 3.300 0 0 0 0 6.600z',
  refresh: 'M19 12a7 7 0 1 1-2.200-5.100M19 4v4h-4',
  print: 'M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4M9 13h6M9 17h6',
  lock: 'M6 11h12v9H6zm2.5 0V8a3.5 3.5 0 0 1 7 0v3',
  bell: 'M6 16v-5a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
