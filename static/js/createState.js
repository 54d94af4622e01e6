/**
 * Return a state whose parts can be listened to.
 * @param {Record<string, any>} values what it begins with
 */
export function createState(values) {
  const held = { ...values };
  const listeners = [];

  /** Change some values; those who listen to one that changed are told once. */
  function set(changes) {
    const changed = Object.keys(changes).filter((key) => held[key] !== changes[key]);
    Object.assign(held, changes);
    for (const { keys, listener } of [...listeners]) if (keys.some((key) => changed.includes(key))) listener(held);
  }

  /** Tell `listener` whenever one of `keys` changes; returns what ends that. */
  function on(keys, listener) {
    const one = { keys: [keys].flat(), listener };
    listeners.push(one);
    return () => listeners.splice(listeners.indexOf(one), 1);
  }

  return { get: (key) => held[key], set, on };
}
