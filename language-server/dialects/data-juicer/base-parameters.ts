import { ANY, BOOLEAN, choice, INTEGER, NULL, STRING, union, type Parameter, type Type } from '../schema.ts';

/** What every op takes, from `OP._BASE_PARAMS` of 1.6.1 and `OP.__init__` of 1.4.3. */
const SHARED: readonly Parameter[] = [
  column('text_key', 'text', 'Column that holds the text.'),
  column('image_key', 'images', 'Column that holds the list of image paths.'),
  column('audio_key', 'audios', 'Column that holds the list of audio paths.'),
  column('video_key', 'videos', 'Column that holds the list of video paths.'),
  column('image_bytes_key', 'image_bytes', 'Column that holds the images themselves.'),
  column('system_key', 'system', 'Column that holds the system prompt.'),
  column('instruction_key', 'instruction', 'Column that holds the instruction.'),
  column('prompt_key', 'prompt', 'Column that holds the prompt.'),
  column('query_key', 'query', 'Column that holds the query.'),
  column('response_key', 'response', 'Column that holds the response.'),
  column('history_key', 'history', 'Column that holds the earlier turns.'),
  base('index_key', ANY, null, 'Column to write the row number into before the op runs.'),
  base('batch_size', INTEGER, 1000, 'Samples that the op takes at a time.', true),
  base('num_proc', union(INTEGER, STRING, NULL), null, 'Processes that run this op.'),
  base('accelerator', union(choice('cpu', 'cuda'), NULL), null, 'Whether the op runs on the CPU or the GPU.'),
  base('turbo', BOOLEAN, false, 'Leaves out bookkeeping of a sample for speed.', true),
  base('skip_op_error', BOOLEAN, true, 'A sample or batch that makes the op fail is dropped and logged, and the run goes on.', true),
  base('work_dir', ANY, null, 'Folder for what the op leaves behind.'),
  base('cpu_required', ANY, null, 'CPUs that one process of the op takes.'),
  base('gpu_required', ANY, null, 'GPUs that one process of the op takes.'),
  { ...base('mem_required', ANY, null, 'Memory that one process of the op takes, `"8GB"` or a number of GB.'), role: 'bytes' },
];

const SINCE_1_6: readonly Parameter[] = [
  base('num_cpus', ANY, null, 'CPUs that one process of the op takes under Ray.'),
  base('num_gpus', ANY, null, 'GPUs that one process of the op takes under Ray.'),
  { ...base('memory', ANY, null, 'Memory that one process of the op takes under Ray.'), role: 'bytes' },
  base('runtime_env', ANY, null, 'Ray runtime environment of this op.'),
  base('ray_execution_mode', union(choice('actor', 'task'), NULL), null, 'Whether the op runs as a Ray actor or as tasks.'),
  base('input_columns', ANY, null, 'Columns that the op reads, for the planner.'),
  base('output_columns', ANY, null, 'Columns that the op writes, for the planner.'),
  base('adaptive_batching', union(BOOLEAN, NULL), null, 'Whether the batch grows and shrinks with the load.', true),
  base('auto_op_parallelism', BOOLEAN, true, 'Whether the number of processes is found by itself.', true),
  base('batch_mode', ANY, null, 'Whether the op takes batches.'),
];

const REPLACED: Readonly<Record<string, string>> = { cpu_required: 'num_cpus', gpu_required: 'num_gpus', mem_required: 'memory' };

const FILTER: readonly Parameter[] = [
  base('min_closed_interval', BOOLEAN, true, 'Whether the lower end itself is kept.', true),
  base('max_closed_interval', BOOLEAN, true, 'Whether the upper end itself is kept.', true),
  base('reversed_range', BOOLEAN, false, 'Keeps what lies outside the range: both ends are flipped, then the answer is negated.', true),
  base('stats_export_path', ANY, null, 'File that the stats are also written to.'),
];

/** Parameters that an op takes beside its own. */
export function baseParameters(version: string, isFilter: boolean): readonly Parameter[] {
  const shared = version === '1.4.3' ? SHARED : [...SHARED.map(deprecated), ...SINCE_1_6];
  return isFilter ? [...shared, ...FILTER] : shared;
}

function deprecated(parameter: Parameter): Parameter {
  const now = REPLACED[parameter.name];
  return now === undefined ? parameter : { ...parameter, deprecated: now };
}

function column(name: string, value: string, description: string): Parameter {
  return { ...base(name, STRING, value, description, true), role: 'column' };
}

function base(name: string, type: Type, value: string | number | boolean | null, description: string, refused = false): Parameter {
  return { name, type, required: false, default: value, description, refused, shared: true };
}
