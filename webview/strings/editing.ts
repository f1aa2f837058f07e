/** Texts about editing cells. */
export const editingStrings = {
  edited: 'edited, not saved',
  dropped: 'row is dropped at the next save',
  editor: (column: string, row: string) => `${column}, row ${row}`,
  null: 'null',
  nullTitle: 'No value at all, which is not the same as an empty text',
  number: 'It takes a number, such as 12 or 0.5.',
  boolean: 'It takes true or false.',
  json: 'It takes JSON.',
  edit: 'Edit',
};
