import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/**
 * What a connection is set up for: `watched` counts the progress of its statements, `stream` hands rows over as soon
 * as there are some.
 */
export type ConnectionKind = 'plain' | 'watched' | 'stream';

/** A connection in use; another kind than was asked for where all of those are. */
export interface TakenConnection {
  readonly connection: DuckDBConnection;
  readonly kind: ConnectionKind;
}

/** Idle connections that are kept, of those that can be made at any time. */
const MAX_PLAIN = 4;

/** Statements that may be streamed at once with their first rows early; more of them wait longer for theirs. */
const STREAMS = 8;

/**
 * DuckDB hands no row over before so much is there, and by default that is 250,000 row numbers: of a rare match the
 * first would come with the last. So small a buffer costs dense results nothing measurable; 1 byte was seen to hang.
 */
const STREAM_BUFFER = '256B';

/** The idle connections of one database. */
export class Connections {
  readonly #instance: DuckDBInstance;
  readonly #idle: Readonly<Record<ConnectionKind, DuckDBConnection[]>> = { plain: [], watched: [], stream: [] };
  #closed = false;

  private constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  /** To be called before the configuration is locked, after which no connection can be set up any more. */
  static async open(instance: DuckDBInstance): Promise<Connections> {
    const connections = new Connections(instance);
    const make = async (kind: ConnectionKind, ...settings: string[]): Promise<void> => {
      const connection = await instance.connect();
      for (const setting of settings) await connection.run(`SET ${setting}`);
      connections.#idle[kind].push(connection);
    };
    await make('watched', 'enable_progress_bar_print = false', 'enable_progress_bar = true');
    for (let made = 0; made < STREAMS; made++) await make('stream', `streaming_buffer_size = '${STREAM_BUFFER}'`);
    return connections;
  }

  async take(kind: ConnectionKind): Promise<TakenConnection> {
    const connection = this.#idle[kind].pop();
    if (connection !== undefined) return { connection, kind };
    return { connection: this.#idle.plain.pop() ?? (await this.#instance.connect()), kind: 'plain' };
  }

  /** Takes a connection back with which nothing is under way. */
  giveBack({ connection, kind }: TakenConnection): void {
    const pool = this.#idle[kind];
    if (this.#closed || (kind === 'plain' && pool.length >= MAX_PLAIN)) connection.closeSync();
    else pool.push(connection);
  }

  /** Closes what is idle; the others close when they are given back. */
  close(): void {
    this.#closed = true;
    for (const pool of Object.values(this.#idle)) for (const connection of pool.splice(0)) connection.closeSync();
  }
}
