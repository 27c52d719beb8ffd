/** Which types of items a model takes together: the permitted sets of the catalogue. */

/** How many items there are of each type. */
function countTypes(types) {
  return types.reduce((counts, type) => ({ ...counts, [type]: (counts[type] ?? 0) + 1 }), {});
}

/** Whether these types are a permitted set, or may become one with more items. */
function typesFit(sets, types) {
  const counts = Object.entries(countTypes(types));
  return sets.some(({ counts: limits, together }) => {
    if (counts.some(([type, count]) => count > (limits[type]?.[1] ?? 0))) return false;
    if (!together) return true;
    const [shared, , most] = together;
    return types.filter((type) => shared.includes(type)).length <= most;
  });
}

/** Types and sets of a field; a list of plain addresses has one type a kind, and what it is tells the kind. */
function mediaShape(field) {
  if (field.types) return { types: field.types, sets: field.sets, plain: false };
  const { words } = field;
  const types = field.rules.map((rule) => ({ ...rule, name: ruleKind(rule), label: words[`media_${ruleKind(rule)}`], named: true }));
  const names = types.map((type) => type.name);
  const counts = Object.fromEntries(names.map((name) => [name, [0, field.most_of?.[name] ?? field.maximum]]));
  return { types, sets: [{ counts, together: [names, 1, field.maximum] }], plain: true };
}
