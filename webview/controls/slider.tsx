import type { ReactElement } from 'react';

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
}

/** A value between two ends, by mouse and arrow keys. */
export function Slider({ label, value, min, max, step, onChange }: SliderProps): ReactElement {
  return <input type="range" className="slider" aria-label={label} title={label} value={value} min={min} max={max} step={step} onChange={(event) => onChange(event.target.valueAsNumber)} />;
}
