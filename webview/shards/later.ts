// What is loaded when it is first used: pictures as a gallery, two rows side by side, boxes to edit in, and edits of many rows.
export { CompareView } from './compare/compare-view.tsx';
export { Gallery } from './gallery/gallery.tsx';
export { CellEditor } from './editing/cell-editor.tsx';
export { ValueForm } from './editing/value-form.tsx';
export { startEditing, startEditingPlace } from './editing/start-editing.ts';
export { runEditCommand } from './editing/edit-command.ts';
export { EditPanel } from './editing/edit-panel.tsx';
