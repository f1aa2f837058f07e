import type { Wait } from '../../extension/protocol/webview.ts';
import { strings } from '../strings.ts';

/** What is waited for, in words. */
export function waitText(name: string, wait: Wait): string {
  if (wait.for === 'start') return strings.waiting.start;
  if (wait.for === 'file') return strings.waiting.file(name);
  const files = wait.busyWith.map((path) => path.replace(/^.*[/\\]/, '')).join(', ');
  return strings.waiting[wait.for](files === '' ? strings.unknownFile : files);
}
