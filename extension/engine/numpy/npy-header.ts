import { LoupeError } from '../../rpc/failure.ts';
import type { ByteSource } from '../shards/source.ts';
import { itemType, UID, type ItemType } from './dtype.ts';
import { parsePythonLiteral, type PythonLiteral } from './python-literal.ts';

/** What a NumPy array is and where its rows are. */
export interface ArrayHeader {
  readonly item: ItemType;
  /** Rows: the first axis. */
  readonly rows: number;
  /** The axes of one row; empty where a row is one item. */
  readonly rowShape: readonly number[];
  /** Items of one row. */
  readonly rowItems: number;
  /** Bytes of one row. */
  readonly rowBytes: number;
  /** Where row 0 begins. */
  readonly start: number;
}

const MAGIC = '\x93NUMPY';
/** A longer header is nobody's: NumPy itself takes 10,000 bytes. */
const MAX_HEADER = 65_536;
const MAX_AXES = 32;
/** A row of more bytes is refused. */
const MAX_ROW_BYTES = 1024 ** 3;

/** Whether a file begins as NumPy's arrays do. */
export function isArray(head: Buffer): boolean {
  return head.toString('latin1', 0, MAGIC.length) === MAGIC;
}

/** Reads the header of versions 1 to 3, strictly. @param name what messages call the array @throws LoupeError `malformed`, `unsupported` */
export async function readArrayHeader(source: ByteSource, name: string): Promise<ArrayHeader> {
  const fault = (code: 'malformed' | 'unsupported', what: string): LoupeError => new LoupeError(code, `${name} ${what}.`, { path: source.path });
  const head = await source.slice(0, 12);
  const version = head[6] ?? 0;
  if (head.length < 12 || !isArray(head)) throw fault('malformed', notNumpy(head));
  if (version < 1 || version > 3) throw fault('unsupported', `is a NumPy array of version ${version}; 1 to 3 are known`);
  const begin = version === 1 ? 10 : 12;
  const length = version === 1 ? head.readUInt16LE(8) : head.readUInt32LE(8);
  if (length > MAX_HEADER) throw fault('malformed', `has a header of ${length} bytes, which no NumPy array has`);
  const bytes = await source.slice(begin, begin + length);
  if (bytes.length < length) throw fault('malformed', 'ends inside its header');
  const header = parseHeader(bytes.toString(version === 3 ? 'utf8' : 'latin1'), begin + length);
  if ('fault' in header) throw fault(...header.fault);
  const end = header.start + header.rows * header.rowBytes;
  if (source.byteLength < end) throw fault('malformed', `ends at byte ${source.byteLength}, but its ${header.rows} rows of ${header.rowBytes} bytes end at byte ${end}`);
  if (source.byteLength > end) throw fault('malformed', `has ${source.byteLength - end} bytes behind its ${header.rows} rows, so its header does not describe it`);
  return header;
}

type Fault = { readonly fault: readonly ['malformed' | 'unsupported', string] };

function parseHeader(text: string, start: number): ArrayHeader | Fault {
  let found: PythonLiteral;
  try {
    found = parsePythonLiteral(text);
  } catch (error) {
    return { fault: ['malformed', `has a header that is not NumPy’s (${error instanceof Error ? error.message : String(error)})`] };
  }
  if (!(found instanceof Map)) return { fault: ['malformed', 'has a header that is no dictionary'] };
  const fields = found as ReadonlyMap<string, PythonLiteral>;
  const descr = fields.get('descr');
  const shape = fields.get('shape');
  const fortran = fields.get('fortran_order');
  if (fields.size !== 3 || descr === undefined || !isShape(shape) || typeof fortran !== 'boolean') {
    return { fault: ['malformed', 'has a header without descr, fortran_order and shape'] };
  }
  return describe(descr, shape, fortran, start);
}

function describe(descr: PythonLiteral, shape: readonly number[], fortran: boolean, start: number): ArrayHeader | Fault {
  const item = itemType(descr);
  if ('refused' in item) return { fault: ['unsupported', `holds ${item.refused}`] };
  const [rows, ...axes] = shape;
  if (rows === undefined) return { fault: ['unsupported', 'is a single value, not rows'] };
  if (fortran && axes.some((axis) => axis > 1) && rows > 1) {
    return { fault: ['unsupported', 'is stored column by column (fortran_order), so that a row is not in one place; save numpy.ascontiguousarray of it'] };
  }
  // Some writers store uids as a matrix of two columns.
  if (descr === '<u8' && axes.length === 1 && axes[0] === 2) return { item: UID, rows, rowShape: [], rowItems: 1, rowBytes: UID.size, start };
  const rowItems = axes.reduce((product, axis) => product * axis, 1);
  const rowBytes = rowItems * item.size;
  if (rowBytes > MAX_ROW_BYTES || !Number.isSafeInteger(rows * rowBytes + start)) return { fault: ['malformed', `says it has the shape (${shape.join(', ')}), which is too large`] };
  return { item, rows, rowShape: axes, rowItems, rowBytes, start };
}

function isShape(shape: PythonLiteral | undefined): shape is readonly number[] {
  return Array.isArray(shape) && shape.length <= MAX_AXES && shape.every((axis: PythonLiteral) => typeof axis === 'number' && Number.isSafeInteger(axis));
}

function notNumpy(head: Buffer): string {
  // Pickles of protocol 2 and later begin with this byte.
  return head[0] === 0x80 ? 'is a Python pickle, which Loupe never loads, because loading it runs what it says' : 'is no NumPy array';
}
