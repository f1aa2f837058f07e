import sharp from 'sharp';
import type { Random } from './random.ts';

/** A drawn picture with a caption that is true of it. */
export interface Scene {
  readonly svg: string;
  readonly caption: string;
  readonly width: number;
  readonly height: number;
  readonly tags: readonly string[];
}

/** A picture as encoded, `width` and `height` upright. */
export interface DrawnPicture {
  readonly bytes: Buffer;
  readonly suffix: 'jpg' | 'png' | 'webp';
  readonly orientation: number;
}

interface Sky {
  readonly name: string;
  readonly top: string;
  readonly bottom: string;
  readonly disc: string;
}

const SKIES: readonly Sky[] = [
  { name: 'a clear noon sky', top: '#2f7fd0', bottom: '#bfe3f7', disc: '#fff3b0' },
  { name: 'an orange sunset', top: '#40305e', bottom: '#ff9d5c', disc: '#ffdf6b' },
  { name: 'a violet dusk', top: '#1d1b4b', bottom: '#c77fa8', disc: '#f3d9e6' },
  { name: 'a starlit night', top: '#060a1c', bottom: '#22345f', disc: '#e9edf5' },
  { name: 'a pale morning mist', top: '#a9bccb', bottom: '#f1eee6', disc: '#ffffff' },
];
const LANDS = [
  { name: 'green hills', colours: ['#4f8a4c', '#3a7040', '#2b5836'] },
  { name: 'sand dunes', colours: ['#e0b878', '#c99a58', '#a97c43'] },
  { name: 'snowy mountains', colours: ['#dfe8f0', '#b3c4d6', '#8fa3ba'] },
  { name: 'a blue lake', colours: ['#3f7fa6', '#2f6a91', '#21557a'] },
] as const;
const SIZES = [
  [640, 480],
  [640, 480],
  [480, 640],
  [512, 512],
  [720, 405],
] as const;

/** Composes a scene: sky, disc, three ranges of land and a few things standing in it. */
export function composeScene(random: Random): Scene {
  const [width, height] = random.pick(SIZES);
  const sky = random.pick(SKIES);
  const land = random.pick(LANDS);
  const thing = random.pick([houses, trees, boats, balloons, bicycles]);
  const count = random.integer(1, 4);
  const things = thing(random, width, height, count);
  const discX = random.between(0.15, 0.85) * width;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${sky.top}"/><stop offset="1" stop-color="${sky.bottom}"/></linearGradient></defs>`,
    `<rect width="${width}" height="${height}" fill="url(#sky)"/>`,
    sky.name.includes('night') ? stars(random, width, height) : '',
    `<circle cx="${discX.toFixed(1)}" cy="${(height * 0.22).toFixed(1)}" r="${(height * 0.08).toFixed(1)}" fill="${sky.disc}"/>`,
    ...land.colours.map((colour, i) => ridge(random, width, height, 0.5 + i * 0.14, colour)),
    things.svg,
    '</svg>',
  ].join('');
  const caption = `${things.words} in front of ${land.name} under ${sky.name}`;
  return { svg, caption, width, height, tags: [things.tag, land.name, sky.name.replace(/^an? /, '')] };
}

/** Encodes a scene; every seventh JPEG is stored lying on its side and says so in EXIF. */
export async function drawScene(scene: Scene, number: number): Promise<DrawnPicture> {
  const upright = sharp(Buffer.from(scene.svg));
  if (number % 10 === 8) return { bytes: await upright.png({ palette: true }).toBuffer(), suffix: 'png', orientation: 1 };
  if (number % 10 === 9) return { bytes: await upright.webp({ quality: 80 }).toBuffer(), suffix: 'webp', orientation: 1 };
  if (number % 7 === 3) {
    // Orientation 6 means "turn right to view", so the stored pixels are turned left.
    const turned = sharp(await upright.rotate(270).png().toBuffer()).withMetadata({ orientation: 6 });
    return { bytes: await turned.jpeg({ quality: 82 }).toBuffer(), suffix: 'jpg', orientation: 6 };
  }
  return { bytes: await upright.flatten().jpeg({ quality: 82 }).toBuffer(), suffix: 'jpg', orientation: 1 };
}

interface Things {
  readonly svg: string;
  readonly words: string;
  readonly tag: string;
}

function counted(count: number, one: string, many: string): string {
  const words = ['', 'One', 'Two', 'Three', 'Four'];
  return `${words[count] ?? String(count)} ${count === 1 ? one : many}`;
}

function places(random: Random, width: number, height: number, count: number): { x: number; y: number; s: number }[] {
  return Array.from({ length: count }, (_, i) => ({
    x: ((i + random.between(0.3, 0.7)) / count) * width,
    y: random.between(0.72, 0.9) * height,
    s: random.between(0.8, 1.4) * (height / 480),
  }));
}

function placed(spots: readonly { x: number; y: number; s: number }[], draw: () => string): string {
  return spots
    .map(({ x, y, s }) => `<g transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${s.toFixed(2)})">${draw()}</g>`)
    .join('');
}

function houses(random: Random, width: number, height: number, count: number): Things {
  const wall = random.pick([
    { name: 'red', hex: '#c8413a' },
    { name: 'white', hex: '#f4efe4' },
    { name: 'yellow', hex: '#edbf45' },
  ]);
  const draw = (): string =>
    `<rect x="-45" y="-60" width="90" height="60" fill="${wall.hex}"/><polygon points="-55,-60 0,-105 55,-60" fill="#5a3d32"/>` +
    `<rect x="-10" y="-32" width="20" height="32" fill="#3b2a24"/><rect x="18" y="-48" width="18" height="18" fill="#ffe9a8"/>`;
  return { svg: placed(places(random, width, height, count), draw), words: counted(count, `${wall.name} house`, `${wall.name} houses`), tag: 'house' };
}

function trees(random: Random, width: number, height: number, count: number): Things {
  const draw = (): string =>
    `<rect x="-6" y="-40" width="12" height="40" fill="#6b4a32"/><polygon points="-38,-30 0,-90 38,-30" fill="#1f5b39"/><polygon points="-30,-62 0,-118 30,-62" fill="#277046"/>`;
  return { svg: placed(places(random, width, height, count), draw), words: counted(count, 'pine tree', 'pine trees'), tag: 'tree' };
}

function boats(random: Random, width: number, height: number, count: number): Things {
  const sail = random.pick(['#ffffff', '#f2d16b', '#e0645c']);
  const draw = (): string =>
    `<path d="M-50,0 L50,0 L34,22 L-34,22 Z" fill="#7a4b2a"/><rect x="-2" y="-80" width="4" height="80" fill="#44332a"/><polygon points="4,-78 46,-8 4,-8" fill="${sail}"/>`;
  return { svg: placed(places(random, width, height, count), draw), words: counted(count, 'sailing boat', 'sailing boats'), tag: 'boat' };
}

function balloons(random: Random, width: number, height: number, count: number): Things {
  const colour = random.pick(['#e4483f', '#3fa7d6', '#f5b82e', '#8e5bb5']);
  const spots = places(random, width, height, count).map(({ x, y, s }) => ({ x, y: y * 0.55, s }));
  const draw = (): string =>
    `<ellipse cx="0" cy="-50" rx="42" ry="50" fill="${colour}"/><ellipse cx="0" cy="-50" rx="16" ry="50" fill="#ffffff" fill-opacity="0.35"/>` +
    `<path d="M-12,8 L12,8 L9,26 L-9,26 Z" fill="#6b4a32"/>`;
  return { svg: placed(spots, draw), words: counted(count, 'hot-air balloon', 'hot-air balloons'), tag: 'balloon' };
}

function bicycles(random: Random, width: number, height: number, count: number): Things {
  const colour = random.pick(['#d5342f', '#1e88a8', '#f0a01f']);
  const draw = (): string =>
    `<g fill="none" stroke="#20242b" stroke-width="4"><circle cx="-32" cy="-22" r="22"/><circle cx="32" cy="-22" r="22"/></g>` +
    `<path d="M-32,-22 L-10,-56 L22,-56 L0,-22 Z M22,-56 L32,-22 M-10,-56 L-14,-66 M22,-56 L20,-70 L30,-72" fill="none" stroke="${colour}" stroke-width="5"/>`;
  return { svg: placed(places(random, width, height, count), draw), words: counted(count, 'bicycle', 'bicycles'), tag: 'bicycle' };
}

function stars(random: Random, width: number, height: number): string {
  return Array.from(
    { length: 60 },
    () =>
      `<circle cx="${(random.next() * width).toFixed(1)}" cy="${(random.next() * height * 0.5).toFixed(1)}" r="${random.between(0.6, 1.8).toFixed(1)}" fill="#ffffff"/>`,
  ).join('');
}

function ridge(random: Random, width: number, height: number, level: number, colour: string): string {
  const steps = 6;
  const points = Array.from({ length: steps + 1 }, (_, i) => {
    const y = (level + random.between(-0.07, 0.07)) * height;
    return `${((i / steps) * width).toFixed(1)},${y.toFixed(1)}`;
  });
  return `<polygon points="0,${height} ${points.join(' ')} ${width},${height}" fill="${colour}"/>`;
}
