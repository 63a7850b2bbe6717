// The diagram viewer of task pages, case pages and the cockpit.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';

export { default as NavigatedViewer } from 'bpmn-js/lib/NavigatedViewer';
