// The drawing carries both languages: `name` is Chinese, <zeebe:property name="name:en"> English. On an English page
// the editor shows and edits the English names; what is stored keeps its shape.
const ENGLISH = 'name:en';

export function bilingual(modeler, language) {
  const chinese = new Map();
  const moddle = modeler.get('moddle');

  function named() {
    const found = new Set();
    for (const { businessObject } of modeler.get('elementRegistry').getAll()) {
      if (businessObject) found.add(businessObject);
      if (businessObject?.processRef) found.add(businessObject.processRef);
    }
    modeler.getDefinitions().rootElements.forEach((root) => found.add(root));
    return [...found].filter((object) => object.$instanceOf?.('bpmn:BaseElement'));
  }

  return {
    // After import, and after another page was opened: English names come to the front. Elements without one keep the
    // Chinese name.
    show() {
      if (language !== 'en') return;
      const factory = modeler.get('graphicsFactory');
      for (const object of named()) {
        const english = property(object);
        if (!english?.value || !('name' in object) || chinese.has(object)) continue;
        chinese.set(object, object.name);
        object.name = english.value;
      }
      redraw(modeler, factory);
    },

    // Runs `save` while every name stands where it is stored.
    async stored(save) {
      const shown = new Map([...chinese.keys()].map((object) => [object, object.name]));
      for (const [object, name] of shown) {
        ensure(object).value = name ?? '';
        object.name = chinese.get(object);
      }
      try {
        return await save();
      } finally {
        for (const [object, name] of shown) object.name = name;
      }
    },
  };

  function ensure(object) {
    const known = property(object);
    if (known) return known;
    const created = moddle.create('zeebe:Property', { name: ENGLISH, value: '' });
    const extension = (object.extensionElements ??= moddle.create('bpmn:ExtensionElements', { values: [] }));
    const list = extension.values.find((value) => value.$type === 'zeebe:Properties');
    if (list) list.get('properties').push(created);
    else extension.get('values').push(moddle.create('zeebe:Properties', { properties: [created] }));
    return created;
  }
}

function property(object) {
  const lists = (object.extensionElements?.values ?? []).filter((value) => value.$type === 'zeebe:Properties');
  return lists.flatMap((list) => list.properties ?? []).find(({ name }) => name === ENGLISH);
}

function redraw(modeler, factory) {
  for (const shape of modeler.get('elementRegistry').getAll()) {
    if (!shape.parent) continue;
    const graphics = modeler.get('elementRegistry').getGraphics(shape);
    factory.update(shape.waypoints ? 'connection' : 'shape', shape, graphics);
  }
}
