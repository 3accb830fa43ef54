"""What the tests of real trackers run inside a page."""

# A visitor who does something, and a page that tells each tracker of it.
TELL = """mark => {
  document.querySelector("output").textContent = mark;
  window.posthog?.capture?.(mark);
  window.mixpanel?.track?.(mark);
  const {x, y} = document.getElementById("basket").getBoundingClientRect();
  return [x + 9, y + 9];
}"""
# What a page shows at the yes is recorded by right.
SHOW_NOTHING = "() => { document.querySelector('output').textContent = '' }"
# Databases are looked into through the connections that the trackers have open, because another would have to wait as
# long as one that is to be deleted waits for them.
REMEMBER_CONNECTIONS = """{
  const {open} = IDBFactory.prototype;
  window.databases = [];
  IDBFactory.prototype.open = function (...named) {
    const request = open.apply(this, named);
    request.addEventListener("success", () => window.databases.push(request.result));
    return request;
  };
}"""
RECORDS = """async () => {
  const read = (database, name) => new Promise(resolve => {
    try {
      const asked = database.transaction(name).objectStore(name).getAll();
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => resolve([]);
    } catch { resolve([]) }
  });
  const found = [];
  for (const database of window.databases) {
    for (const name of database.objectStoreNames) {
      const records = await read(database, name);
      if (records.some(record => JSON.stringify(record) !== "[]")) found.push(`indexeddb ${database.name}`);
    }
  }
  return found;
}"""
KEYS = """() => [
  ...Object.keys(localStorage).map(key => `local ${key}`),
  ...Object.keys(sessionStorage).map(key => `session ${key}`),
]"""
DATABASES = "async () => (await indexedDB.databases()).map(({name}) => `indexeddb ${name}`)"
