/** Size up to which a shard is checked without being asked, in MiB (setting `loupe.check.automaticUpTo`). */
export const AUTOMATIC_CHECK = { default: 256, minimum: 0, maximum: 1_048_576 };
