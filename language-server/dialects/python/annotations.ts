import { ANY, BOOLEAN, INTEGER, list, NULL, NUMBER, STRING, union, type Bounds, type Type } from '../schema.ts';

/**
 * A Python annotation as a type: `Optional[List[str]]`, `Annotated[float, Field(ge=0, le=1)]`, `int | None`. A name
 * that is not known stands for any value.
 */
export function annotationType(text: string | null): Type {
  if (text === null) return ANY;
  const parser = new AnnotationParser(text);
  return parser.union();
}

/** Whether the annotation is a bare class, which a plain `isinstance` can check; the rest is looked at by nobody. */
export function isBareClass(text: string | null): boolean {
  return text !== null && /^(?:str|int|float|bool|list|dict)$/.test(text);
}

const NAMED: Readonly<Record<string, Type>> = {
  str: STRING,
  int: INTEGER,
  float: NUMBER,
  bool: BOOLEAN,
  None: NULL,
  NoneType: NULL,
  dict: { kind: 'map', of: ANY },
  Dict: { kind: 'map', of: ANY },
  Mapping: { kind: 'map', of: ANY },
  list: list(ANY),
  List: list(ANY),
  Sequence: list(ANY),
  tuple: list(ANY),
  Tuple: list(ANY),
  set: list(ANY),
  PositiveInt: { kind: 'integer', range: { min: 1 } },
  NonNegativeInt: { kind: 'integer', range: { min: 0 } },
  PositiveFloat: { kind: 'number', range: { above: 0 } },
  NonNegativeFloat: { kind: 'number', range: { min: 0 } },
  ClosedUnitInterval: { kind: 'number', range: { min: 0, max: 1 } },
  store_true: BOOLEAN,
};

class AnnotationParser {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(text: string) {
    this.tokens = text.match(/[A-Za-z_][\w.]*|-?[0-9.]+|'[^']*'|"[^"]*"|[[\](),|=]/g) ?? [];
  }

  union(): Type {
    const types = [this.single()];
    while (this.taken('|')) types.push(this.single());
    return types.length === 1 ? (types[0] ?? ANY) : simplified(types);
  }

  private single(): Type {
    const name = this.tokens[this.at++]?.split('.').at(-1) ?? '';
    if (this.tokens[this.at] === '(') {
      this.skipTo(')');
      return ANY;
    }
    if (!this.taken('[')) return NAMED[name] ?? ANY;
    const type = this.parametrised(name);
    this.skipTo(']');
    return type;
  }

  private parametrised(name: string): Type {
    switch (name) {
      case 'Optional':
        return simplified([this.union(), NULL]);
      case 'Union':
        return simplified(this.types());
      case 'Annotated':
        return bounded(this.union(), this.bounds());
      case 'Literal':
        return this.literals();
      case 'List':
      case 'list':
      case 'Sequence':
      case 'set':
      case 'Set':
        return list(this.union());
      case 'Tuple':
      case 'tuple':
        return tupleOf(this.types());
      case 'Dict':
      case 'dict':
      case 'Mapping': {
        const [, of] = this.types();
        return { kind: 'map', of: of ?? ANY };
      }
      default:
        return ANY;
    }
  }

  private types(): Type[] {
    const types = [this.union()];
    while (this.taken(',')) {
      if (this.tokens[this.at] === ']') break;
      types.push(this.union());
    }
    return types;
  }

  private literals(): Type {
    const values: string[] = [];
    for (let token = this.tokens[this.at]; token !== undefined && token !== ']'; token = this.tokens[++this.at]) {
      if (/^['"]/.test(token)) values.push(token.slice(1, -1));
      else if (token !== ',') return ANY;
    }
    return { kind: 'choice', values };
  }

  /** `Field(ge=0, le=1)` as bounds. */
  private bounds(): Bounds {
    const found: Record<string, number> = {};
    for (let at = this.at; at < this.tokens.length; at++) {
      const key = { ge: 'min', le: 'max', gt: 'above', lt: 'below' }[this.tokens[at] ?? ''];
      if (key !== undefined && this.tokens[at + 1] === '=') found[key] = Number(this.tokens[at + 2]);
    }
    return found;
  }

  private taken(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  /** Behind the bracket that closes what is open here. */
  private skipTo(close: ']' | ')'): void {
    const open = close === ']' ? '[' : '(';
    let depth = close === ')' ? 0 : 1;
    while (this.at < this.tokens.length) {
      const token = this.tokens[this.at++];
      if (token === open) depth++;
      if (token === close && --depth === 0) return;
    }
  }
}

function bounded(type: Type, range: Bounds): Type {
  return type.kind === 'integer' || type.kind === 'number' ? { kind: type.kind, range } : type;
}

function tupleOf(types: readonly Type[]): Type {
  const [first = ANY, ...rest] = types;
  return types.every(({ kind }) => kind === first.kind) && rest.length > 0 ? list(first, types.length) : list(simplified(types));
}

/** A union with a member that is anything is anything. */
function simplified(types: readonly Type[]): Type {
  return types.some(({ kind }) => kind === 'any') ? ANY : union(...types);
}
