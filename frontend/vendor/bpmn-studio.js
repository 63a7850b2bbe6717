// The process editor: modeler, zeebe properties panel, element templates in panel and menus.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import 'bpmn-js-element-templates/dist/assets/element-templates.css';
import '@bpmn-io/element-template-chooser/dist/element-template-chooser.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';

export { default as Modeler } from 'bpmn-js/lib/Modeler';
export {
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  ZeebePropertiesProviderModule,
} from 'bpmn-js-properties-panel';
export { CloudElementTemplatesPropertiesProviderModule } from 'bpmn-js-element-templates';
export { default as MinimapModule } from 'diagram-js-minimap';
// What the menus make, by the ids of their entries: what is not executed is taken out of them.
export { PopupEntries } from 'bpmn-js/lib/features/popup-menu/PopupEntries';
export { default as ElementTemplateChooserModule } from '@bpmn-io/element-template-chooser';
export {
  CreateAppendAnythingModule,
  CreateAppendElementTemplatesModule,
} from 'bpmn-js-create-append-anything';
// The panel's own context and preact: what its FEEL fields complete can be said in no other way.
export { FeelLanguageContext, Group } from '@bpmn-io/properties-panel';
export { h } from '@bpmn-io/properties-panel/preact';
export { getVariablesForElement } from '@bpmn-io/extract-process-variables/zeebe';
export { default as ZeebeBehaviorsModule } from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
export { default as zeebeModdle } from 'zeebe-bpmn-moddle/resources/zeebe.json';
// What stands in a FEEL field is changed, and completed, through the editor that holds it.
export { EditorState, StateEffect } from '@codemirror/state';
export { EditorView } from '@codemirror/view';
