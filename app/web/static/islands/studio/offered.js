// The properties panel offers only what the engine executes; the rest would be refused when the process is saved.
const UNSUPPORTED = ['Zeebe__ExecutionListeners', 'Zeebe__TaskListeners'];
const LAST = 100; // after the providers that add groups (500 and more)

export const offeredModule = { __init__: ['offered'], offered: ['type', Offered] };

function Offered(propertiesPanel) {
  propertiesPanel.registerProvider(LAST, {
    getGroups: () => (groups) => groups.filter(({ id }) => !UNSUPPORTED.includes(id)),
  });
}
Offered.$inject = ['propertiesPanel'];
