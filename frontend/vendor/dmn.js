// The decision editor with its four views: graph, table, literal expression, boxed expression.
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';

export { default as DmnModeler } from 'dmn-js/lib/Modeler';
// What stands in a FEEL field is changed, and completed, through the editor that holds it.
export { EditorState, StateEffect } from '@codemirror/state';
export { EditorView } from '@codemirror/view';
