// The form editor. Its viewer and preact are other versions than those of form-viewer.js: two bundles, two copies.
// The editor's own viewer, not the newer one of form-viewer.js, styles the form in its middle.
import '../node_modules/@bpmn-io/form-js-editor/node_modules/@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';

export { FormEditor } from '@bpmn-io/form-js-editor';
// The editor's own copy of preact, for its vnodes pass through its `options`.
export { h, options } from '../node_modules/@bpmn-io/form-js-editor/node_modules/preact';
// What stands in a FEEL field is changed, and completed, through the editor that holds it.
export { EditorState, StateEffect } from '@codemirror/state';
export { EditorView } from '@codemirror/view';
