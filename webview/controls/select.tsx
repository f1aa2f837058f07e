import type { ReactElement } from 'react';

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  readonly className?: string;
}

/** One of several, from the browser's own list: it is not cut off by panels, and screen readers know it. */
export function Select<T extends string>({ label, value, options, onChange, className = '' }: SelectProps<T>): ReactElement {
  return (
    <select
      className={`select ${className}`}
      aria-label={label}
      title={label}
      value={value}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.target.value);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
