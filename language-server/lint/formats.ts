import { CODES, type Severity } from '../checks/finding.ts';
import type { LintedFile, LintedFinding } from './lint.ts';

/** `file:line:column: severity: message [code]`, as compilers write it. */
export function textOf({ file, dialect, findings, error }: LintedFile): string {
  if (error !== undefined) return `${file}: error: ${error}\n`;
  if (dialect === null) return `${file}: no recipe of a known dialect\n`;
  return findings.map(({ start, severity, message, code }) => `${file}:${start.line + 1}:${start.character + 1}: ${severity}: ${message} [${code}]\n`).join('');
}

export function jsonOf(file: LintedFile): string {
  return `${JSON.stringify(file)}\n`;
}

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', information: 'note', hint: 'note' };

/** One SARIF 2.1.0 log of all files, as code hosts take it. `page` names the documentation of a code. */
export function sarifOf(files: readonly LintedFile[], version: string, page: (code: string) => string): string {
  const rules = CODES.map((code) => ({ id: code, helpUri: page(code) }));
  const results = files.flatMap(({ file, findings }) => findings.map((finding) => sarifResult(file, finding)));
  const notifications = files.flatMap(({ file, error }) => (error === undefined ? [] : [{ level: 'error', message: { text: error }, locations: [{ physicalLocation: artifact(file) }] }]));
  const run = {
    tool: { driver: { name: 'loupe', version, rules } },
    columnKind: 'utf16CodeUnits',
    results,
    invocations: [{ executionSuccessful: notifications.length === 0, toolExecutionNotifications: notifications }],
  };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function sarifResult(file: string, { code, severity, message, start, end }: LintedFinding): unknown {
  const region = { startLine: start.line + 1, startColumn: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
  return { ruleId: code, level: LEVELS[severity], message: { text: message }, locations: [{ physicalLocation: { ...artifact(file), region } }] };
}

/** A relative path stays one: code hosts join it to the checkout. */
function artifact(file: string): { readonly artifactLocation: { readonly uri: string } } {
  return { artifactLocation: { uri: file.split(/[\\/]/).map(encodeURIComponent).join('/') } };
}
