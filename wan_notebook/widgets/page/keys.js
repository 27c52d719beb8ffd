/** Keys on an element's buttons and lists stay there: the form sees to it for all it holds (`form_keys.js`). */
function ownKeys(_root) {}
