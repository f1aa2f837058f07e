import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from 'vscode-languageserver/node';
import type { Finding, Severity } from '../checks/finding.ts';
import type { Analysis } from '../service.ts';

export interface ServerOptions {
  /** Address of the page about a code; null where the pages are not at hand. */
  readonly page: (code: string) => string | null;
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function diagnosticOf({ code, severity, message, related, tag, ...span }: Finding, { lines }: Analysis, uri: string, { page }: ServerOptions): Diagnostic {
  const href = page(code);
  return {
    range: lines.range(span),
    severity: SEVERITIES[severity],
    code,
    source: 'loupe',
    message,
    ...(href === null ? {} : { codeDescription: { href } }),
    ...(related === undefined ? {} : { relatedInformation: [{ location: { uri, range: lines.range(related.span) }, message: related.message }] }),
    ...(tag === undefined ? {} : { tags: [tag === 'unnecessary' ? DiagnosticTag.Unnecessary : DiagnosticTag.Deprecated] }),
  };
}
