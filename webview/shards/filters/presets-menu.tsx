import { useRef, useState, type ReactElement } from 'react';
import type { Preset } from '../../../extension/protocol/scores.ts';
import { Popover } from '../../controls/popover.tsx';
import { IconButton } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { useSession } from '../session.ts';
import { useScores } from '../statistics/use-statistics.ts';
import { applyPreset } from './actions.ts';

/** Published filters that fit the table: one click applies one. */
export function PresetsMenu(): ReactElement | null {
  const session = useSession();
  const { presets, known } = useScores();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLElement>(null);
  if (known && presets.length === 0) return null;
  const apply = (preset: Preset): void => {
    setOpen(false);
    void applyPreset(session, preset);
  };
  return (
    <>
      <IconButton ref={button} icon="presets" label={strings.filters.presets} text={strings.filters.presets} expanded={open} onClick={() => setOpen(!open)} />
      {open && (
        <Popover label={strings.filters.presets} anchor={button} onClose={() => setOpen(false)} className="presets">
          {presets.length === 0 ? (
            <p className="hint">{strings.filters.noPresets}</p>
          ) : (
            <ul>
              {presets.map((preset) => (
                <li key={preset.id}>
                  <button type="button" onClick={() => apply(preset)}>
                    <strong>{preset.name}</strong>
                    <span>{preset.description}</span>
                    <span className="hint">{strings.filters.presetSource(preset.source)}</span>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </Popover>
      )}
    </>
  );
}
