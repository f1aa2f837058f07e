import type { TextEdit } from '../checks/finding.ts';

/** Whether a document is written as JSON: YAML that starts with a bracket reads the same. */
export function isJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

/** An edit as JSON takes it: what stood in quotes stays in quotes, unless a number or `true` takes its place. */
export function quotedEdit(text: string, edit: TextEdit): TextEdit {
  return text[edit.start] === '"' && !readsAsJson(edit.text) ? { ...edit, text: JSON.stringify(edit.text) } : edit;
}

function readsAsJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
