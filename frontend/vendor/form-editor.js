// The form editor. Its viewer and preact are other versions than those of form-viewer.js: two bundles, two copies.
// The editor's own viewer, not the newer one of form-viewer.js, styles the form in its middle.
import '../node_modules/@bpmn-io/form-js-editor/node_modules/@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';

export { FormEditor } from '@bpmn-io/form-js-editor';
// Any copy of `h` will do for a form component without hooks.
export { h } from 'preact';
