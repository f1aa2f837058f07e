/** Screen pixels a pixel of the picture takes, or as large as the frame. */
export type Zoom = number | 'fit';

const STEPS = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 16];

/** One step in or out; from a fitted picture, from the scale that it is fitted at. */
export function stepZoom(zoom: Zoom, direction: 1 | -1, fitted: number): Zoom {
  const now = zoom === 'fit' ? fitted : zoom;
  const next = direction === 1 ? STEPS.find((step) => step > now * 1.001) : STEPS.findLast((step) => step < now / 1.001);
  return next ?? now;
}

/** The zoom after a key: `+`, `-`, `0` to fit, `1` for the picture's own size; null for other keys. */
export function nextZoom(zoom: Zoom, key: string, fitted: number): Zoom | null {
  switch (key) {
    case '+':
    case '=':
      return stepZoom(zoom, 1, fitted);
    case '-':
      return stepZoom(zoom, -1, fitted);
    case '0':
      return 'fit';
    case '1':
      return 1;
    default:
      return null;
  }
}

const ALIASES: Readonly<Record<string, string>> = { jpg: 'jpeg', jpe: 'jpeg', jfif: 'jpeg', tif: 'tiff' };

/** Whether a name says another format than the bytes. */
export function declaredDiffers(declared: string | undefined, format: string | undefined): boolean {
  if (declared === undefined || format === undefined || declared === '') return false;
  const name = declared.toLowerCase();
  return (ALIASES[name] ?? name) !== format.toLowerCase();
}
