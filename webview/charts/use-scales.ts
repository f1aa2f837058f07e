import { useEffect, useState } from 'react';
import type { Scales } from './scale.ts';

let loaded: Scales | null = null;

/** The library of scales, which no row needs: loaded when the first chart with an axis is drawn; null until it is there. */
export function useScales(): Scales | null {
  const [scales, setScales] = useState(loaded);
  useEffect(() => {
    if (scales !== null) return;
    let gone = false;
    void import('./d3-scales.ts').then((library) => {
      loaded = library;
      if (!gone) setScales(library);
    });
    return () => {
      gone = true;
    };
  }, [scales]);
  return scales;
}
