import type { ReactElement } from 'react';

/** Shapes in a box of 16 by 16, drawn with strokes in the colour of the text. */
const PATHS = {
  text: 'M3 4h10M8 4v9M6 13h4',
  number: 'M6 2 4.5 14M11.5 2 10 14M2.5 6h11M2 10h11',
  boolean: 'M2.5 8a3 3 0 0 1 3-3h5a3 3 0 0 1 0 6h-5a3 3 0 0 1-3-3ZM10.5 6.7v2.6',
  temporal: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 5v3l2 1.5',
  bytes: 'M3.5 3v4M6.5 3h2v4h-2ZM12 3v4M3.5 9h2v4h-2ZM8.5 9v4M11 9h2v4h-2Z',
  image: 'M2.5 3.5h11v9h-11ZM2.5 11l3.5-3.5 3 3 1.5-1.5 3 3M10.5 6h.01',
  vector: 'M3 13V3M3 13h10M3 13l8-8M8 5h3v3',
  list: 'M6 4h8M6 8h8M6 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  struct: 'M6 2.5c-2 0-1.5 2-1.5 3S4 8 2.5 8C4 8 4.5 9.500 4.5 10.500S4 13.500 6 13.500M10 2.500c2 0 1.500 2 1.500 3S12 8 13.500 8C12 8 11.500 9.500 11.500 10.500s.500 3-1.500 3',
  map: 'M2.500 4h4M9.500 4h4M2.500 8h4M9.500 8h4M2.500 12h4M9.500 12h4M7.500 4h1M7.500 8h1M7.500 12h1',
  mixed: 'M3 8h3l4-4h3M6 8l4 4h3M11.500 2.500 13 4l-1.500 1.500M11.500 10.500 13 12l-1.500 1.500',
  chevron: 'm6 4 4 4-4 4',
  close: 'm4 4 8 8M12 4l-8 8',
  up: 'm4 10 4-4 4 4',
  down: 'm4 6 4 4 4-4',
  copy: 'M5.500 5.500h8v8h-8ZM10.500 5.500v-3h-8v8h3',
  editor: 'M13.500 9v4.500h-11v-11H7M9.500 2.500h4v4M13.500 2.500 7.500 8.500',
  wrap: 'M2.500 4h11M2.500 8h9a2 2 0 0 1 0 4H8M9.500 10.500 8 12l1.500 1.500M2.500 12h3',
  columns: 'M2.500 3h11v10h-11ZM6.200 3v10M9.800 3v10',
  info: 'M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11ZM8 7.500V11M8 5h.01',
  warning: 'M8 2.500 14 13.500H2ZM8 6.500V10M8 11.800h.01',
  error: 'M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11ZM6 6l4 4M10 6l-4 4',
  row: 'M2.500 3h11v10h-11ZM2.500 6.300h11M2.500 9.700h11',
  schema: 'M2.500 2.500h4v3h-4ZM9.500 6.500h4v3h-4ZM9.500 11h4v3h-4ZM4.500 5.500v7h5M4.500 8h5',
  metadata: 'M4 2.500h5.500l3 3v8H4ZM9.500 2.500v3h3M6 8.500h4.500M6 11h4.500',
  sql: 'M3 4c0-1 2.2-1.700 5-1.700s5 .7 5 1.700-2.200 1.700-5 1.700S3 5 3 4ZM3 4v8c0 1 2.200 1.700 5 1.700s5-.7 5-1.700V4M3 8c0 1 2.200 1.700 5 1.700s5-.7 5-1.700',
  broken: 'M2.500 3.500h11v4l-2.500 2-2.500-2-2.500 2-3.500-2ZM2.500 10l3.500 2 2.500-2 2.500 2 2.500-2v2.500h-11Z',
  sort: 'M5 3v10M3 11l2 2 2-2M11 13V3M9 5l2-2 2 2',
  sortUp: 'M8 13V3M4.500 6.500 8 3l3.500 3.500',
  sortDown: 'M8 3v10M4.500 9.500 8 13l3.500-3.500',
  filter: 'M2.500 3.500h11L9.500 8.500v4l-3 1.500V8.500Z',
  search: 'M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9ZM10.300 10.300l3.400 3.400',
  add: 'M8 3v10M3 8h10',
  matchCase: 'M1.500 12 4.500 4h.500L8 12M2.600 9.500h4.300M14 8v4M14 10a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z',
  regex: 'M11 3v6M8.400 4.500l5.200 3M13.600 4.500l-5.200 3M3 12.500h2v-2H3Z',
  undo: 'M5.500 3 2.500 6l3 3M2.500 6H9a4 4 0 0 1 0 8H6',
  redo: 'M10.500 3l3 3-3 3M13.500 6H7a4 4 0 0 0 0 8h3',
  clear: 'M2.500 3.500h11L9.500 8.500v4l-3 1.500V8.500ZM11 11l3.500 3.500M14.500 11 11 14.500',
  statistics: 'M2.500 13.500h11M4 13.500V9M7 13.500V4M10 13.500V6.500M13 13.500V10.500',
  charts: 'M2.500 2.500h11v11h-11ZM5 11V9M8 11V6M11 11V7.500',
  presets: 'M3 2.500h7l3 3v8H3ZM5.500 7h5M5.500 10h5',
  eye: 'M1.500 8S4 4 8 4s6.500 4 6.500 4-2.500 4-6.500 4-6.500-4-6.500-4ZM8 6.300a1.700 1.700 0 1 0 0 3.400 1.700 1.700 0 0 0 0-3.400Z',
  eyeOff: 'M1.500 8S4 4 8 4s6.500 4 6.500 4-2.500 4-6.500 4-6.500-4-6.500-4ZM3 13 13 3',
  not: 'M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11ZM4.200 4.200l7.600 7.600',
  swap: 'M3 5.500h9M9.500 3 12 5.500 9.500 8M13 10.500H4M6.500 8 4 10.500 6.500 13',
  joined: 'M6.500 9.500a2.500 2.500 0 0 0 3.500 0l3-3a2.500 2.500 0 0 0-3.500-3.500L8 4.500M9.500 6.500a2.500 2.500 0 0 0-3.500 0l-3 3a2.500 2.500 0 0 0 3.500 3.500L8 11.500',
  changes: 'M8 2.500v6M5 5.500h6M5 12h6',
  loading: 'M8 2.500a5.500 5.500 0 1 1-5.500 5.500',
} as const;

export type IconName = keyof typeof PATHS;

interface IconProps {
  readonly name: IconName;
  readonly className?: string;
}

/** A decoration beside words or inside a labelled button; a screen reader passes it by. */
export function Icon({ name, className }: IconProps): ReactElement {
  return (
    <svg className={className === undefined ? 'icon' : `icon ${className}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
