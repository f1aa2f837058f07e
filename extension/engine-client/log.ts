/** Where the engine's supervision writes; VS Code's `LogOutputChannel` is one. */
export interface EngineLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
