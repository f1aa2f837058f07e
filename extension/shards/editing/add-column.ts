import * as vscode from 'vscode';
import { MAX_STEP_CHANGES } from '../../protocol/bulk.ts';
import { MISSING, type AddedType, type EditStep, type WrittenValue } from '../../protocol/edits.ts';
import type { ShardState } from '../../protocol/shards.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import type { ShardSession } from '../shard-session.ts';
import { tooLarge } from './bulk-changes.ts';
import { editsOf } from './edit-handlers.ts';

/** Asks for name, type and value, and adds the column; null when the user thinks better of it. */
export async function addColumn(session: ShardSession): Promise<EditStep | null> {
  try {
    const edits = editsOf(session);
    const { state } = session;
    if (state.status !== 'open') return null;
    // Where nothing can be written, nobody needs to think of a name.
    await edits.facts(new AbortController().signal);
    const name = await askName(state.shard);
    const type = name === undefined ? undefined : await askType();
    const value = type === undefined ? undefined : await askValue(type);
    if (name === undefined || type === undefined || value === undefined) return null;
    const rows = 'json' in value ? allRows(session) : 0;
    return await edits.addColumn(name, type, value, rows);
  } catch (error) {
    void vscode.window.showErrorMessage(toLoupeError(error).message);
    return null;
  }
}

function title(): string {
  return vscode.l10n.t('Add a Column');
}

/** Members of an archive that hold text or JSON. */
const MEMBER = /(^|\.)(json|txt)$/;

async function askName({ columns, format }: ShardState): Promise<string | undefined> {
  const names = new Set(columns.map(({ name }) => name));
  const fault = (typed: string): string | null => {
    const name = typed.trim();
    if (name === '') return vscode.l10n.t('It needs a name.');
    if (names.has(name)) return vscode.l10n.t('There is such a column.');
    return format === 'webdataset' && !MEMBER.test(name) ? vscode.l10n.t('In an archive it is a member, whose name ends with .txt or .json.') : null;
  };
  const name = await vscode.window.showInputBox({ title: title(), prompt: vscode.l10n.t('Name of the column'), validateInput: fault });
  return name === undefined || fault(name) !== null ? undefined : name.trim();
}

/** Rounds of captions come with annotating; nobody types them. */
type TypedByHand = Exclude<AddedType, 'rounds'>;

async function askType(): Promise<TypedByHand | undefined> {
  const words: Readonly<Record<TypedByHand, string>> = {
    text: vscode.l10n.t('Text'),
    number: vscode.l10n.t('Number'),
    integer: vscode.l10n.t('Whole number'),
    boolean: vscode.l10n.t('True or false'),
    json: 'JSON',
  };
  const items = (Object.keys(words) as TypedByHand[]).map((type) => ({ label: words[type], type }));
  return (await vscode.window.showQuickPick(items, { title: title(), placeHolder: vscode.l10n.t('What its values are') }))?.type;
}

async function askValue(type: AddedType): Promise<WrittenValue | undefined> {
  const text = await vscode.window.showInputBox({
    title: title(),
    prompt: vscode.l10n.t('One value for all rows; leave it empty for a column without values'),
    validateInput: (typed) => (typed === '' || constantOf(type, typed) !== null ? null : vscode.l10n.t('The column does not take it.')),
  });
  if (text === undefined) return undefined;
  return text === '' ? MISSING : (constantOf(type, text) ?? undefined);
}

const PATTERNS: Readonly<Partial<Record<AddedType, RegExp>>> = {
  number: /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/,
  integer: /^-?(0|[1-9]\d*)$/,
  boolean: /^(true|false)$/,
};

/** A value as it is typed; null for one that a column of this type does not take. */
function constantOf(type: AddedType, typed: string): WrittenValue | null {
  if (type === 'text') return { json: JSON.stringify(typed) };
  const text = typed.trim();
  if (type === 'json') return isJson(text) ? { json: text } : null;
  return PATTERNS[type]?.test(text) === true ? { json: text } : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** @throws LoupeError where not all rows are read, or there are more than a step takes */
function allRows({ state, name }: ShardSession): number {
  if (state.status !== 'open' || !state.shard.rowsComplete) throw new LoupeError('unsupported', vscode.l10n.t('{0} is not read to its end yet.', name));
  if (state.shard.rows > MAX_STEP_CHANGES) throw tooLarge(name);
  return state.shard.rows;
}
