// The form viewer of tasks. It brings its own preact; our form components must take `h` from here.
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';

export { Description, Errors, FeelExpressionLanguage, Form, FormFields, Label } from '@bpmn-io/form-js-viewer';
export { h } from 'preact';
export { useEffect, useRef, useState } from 'preact/hooks';
