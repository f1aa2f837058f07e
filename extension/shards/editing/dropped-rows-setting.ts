/** What becomes of rows that were dropped, in the section `loupe`: `ask`, `leftOut` or `column`. */
export const DROPPED_ROWS_SETTING = 'editing.droppedRows';
