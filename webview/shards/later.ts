// What is loaded when it is first used: pictures as a gallery, two rows side by side, and boxes to edit in.
export { CompareView } from './compare/compare-view.tsx';
export { Gallery } from './gallery/gallery.tsx';
export { CellEditor } from './editing/cell-editor.tsx';
export { ValueForm } from './editing/value-form.tsx';
export { startEditing, startEditingPlace } from './editing/start-editing.ts';
