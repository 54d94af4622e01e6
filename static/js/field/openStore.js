const NAME = "gridmgr-field";

/**
 * Open what is kept on this phone: the queue, and things by name (the last patch, what is half written).
 *
 * Photos lie in it as they are; all of it stays when the page is closed.
 * @returns {Promise<object>}
 */
export async function openStore() {
  const opened = indexedDB.open(NAME, 1);
  opened.onupgradeneeded = () => {
    opened.result.createObjectStore("queue", { keyPath: "id" });
    opened.result.createObjectStore("kept", { keyPath: "name" });
  };
  const database = await answer(opened);
  const within = (name, mode, act) => finished(database.transaction(name, mode, { durability: "strict" }), (transaction) => act(transaction.objectStore(name)));
  navigator.storage?.persist?.();
  return {
    items: async () => (await within("queue", "readonly", (store) => store.getAll())).sort((one, other) => one.order - other.order),
    put: (item) => within("queue", "readwrite", (store) => store.put(item)),
    remove: (id) => within("queue", "readwrite", (store) => store.delete(id)),
    keep: (name, value) => within("kept", "readwrite", (store) => store.put({ name, value })),
    kept: async (name) => (await within("kept", "readonly", (store) => store.get(name)))?.value ?? null,
    names: () => within("kept", "readonly", (store) => store.getAllKeys()),
    forget: (name) => within("kept", "readwrite", (store) => store.delete(name)),
  };
}

const answer = (request) => new Promise((done, refuse) => ((request.onsuccess = () => done(request.result)), (request.onerror = () => refuse(request.error))));

/** Return what was asked for once it is on the disk. */
function finished(transaction, act) {
  const request = act(transaction);
  return new Promise((done, refuse) => {
    transaction.oncomplete = () => done(request.result);
    transaction.onerror = transaction.onabort = () => refuse(transaction.error);
  });
}
