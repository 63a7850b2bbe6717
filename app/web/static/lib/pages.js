// A file may draw its processes on several pages (BPMNDiagram). The library opens the first one and knows no others, except
// the insides of collapsed sub-processes: to those it leads by itself.
export function pagesOf(definitions) {
  return (definitions.diagrams ?? []).filter(({ plane }) => plane?.bpmnElement && !inside(plane));
}

export function pageName({ id, name, plane }) {
  return name || plane.bpmnElement.name || plane.bpmnElement.id || id;
}

// The page on which an element is drawn; a process is drawn where its pool is.
export function pageWith(definitions, id) {
  const is = (drawn) => drawn?.id === id || drawn?.processRef?.id === id;
  const draws = ({ plane }) => is(plane?.bpmnElement) || plane?.planeElement?.some(({ bpmnElement }) => is(bpmnElement));
  const found = (definitions.diagrams ?? []).find((page) => draws(page) && !(inside(page.plane) && is(page.plane.bpmnElement)));
  return found && inside(found.plane) ? pageWith(definitions, found.plane.bpmnElement.id) : found;
}

function inside(plane) {
  return plane?.bpmnElement?.$instanceOf('bpmn:SubProcess');
}
