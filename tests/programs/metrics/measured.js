export function pick(items, { first = 0, last = items.length } = {}) {
  const chosen = items.slice(first, last).map((item) => item?.name ?? "none");
  for (const name of chosen) {
    if (name || first) {
      return name;
    }
  }
  return null;
}
