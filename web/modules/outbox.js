// Files that are not uploaded yet, kept in the browser's database: a reload, a crash or a sign-in loses none of them.
// Kept are the file, its name, its preset, its owner and the id that it was given; no token and no signed form.

const DATABASE = "renditions";
const FILES = "files";
const IDS = "ids"; // apart from the files, which would be copied again with each

export class Outbox {
  #owner;
  #tab = crypto.randomUUID();
  #database = open().catch(() => null); // private windows and full disks have none: uploads work all the same
  #kept = new Set();
  #writing = Promise.resolve();

  /** `owner` is the id of the signed-in user: nobody else's files are ever shown or sent. */
  constructor(owner) {
    this.#owner = owner;
    navigator.locks?.request(lockOf(this.#tab), () => new Promise(() => {})); // held as long as this tab lives
  }

  /** Keep an upload until `forget`. One after the other, as two hundred files are a lot to copy at once. */
  keep(upload) {
    const { key, file, name, preset } = upload;
    return this.#write(FILES, async (store) => {
      if (upload.stage === "sent" || upload.stage === "cancelled") return; // it was faster
      await settled(store.put({ key, file, name, preset, owner: this.#owner, tab: this.#tab }));
      this.#kept.add(key);
    });
  }

  /** Keep the id that the service gave to an upload, which says after a reload whether it had arrived. */
  identify({ key, id }) {
    return this.#write(IDS, (store) => settled(store.put({ key, id })));
  }

  forget({ key }) {
    this.#kept.delete(key);
    this.#write(FILES, (store) => settled(store.delete(key)));
    return this.#write(IDS, (store) => settled(store.delete(key)));
  }

  /** Whether a reload right now would lose this upload. */
  holds = (upload) => this.#kept.has(upload.key);

  settled = () => this.#writing;

  /** Remove all that this user has here: for the sign-out. */
  async clear() {
    for (const record of await this.#mine()) await this.forget(record);
  }

  /** Take over what this user left unfinished in tabs that no longer exist. */
  async restore() {
    if (!navigator.locks) return this.#mine();
    return navigator.locks.request("renditions.restore", async () => {
      const { held } = await navigator.locks.query();
      const alive = new Set(held.map((lock) => lock.name));
      const left = (await this.#mine()).filter((record) => !alive.has(lockOf(record.tab)));
      for (const record of left) {
        const { id, ...file } = record;
        await this.#write(FILES, (store) => settled(store.put({ ...file, tab: this.#tab })));
        this.#kept.add(record.key);
      }
      return left;
    });
  }

  async #mine() {
    const database = await this.#database;
    if (!database) return [];
    const all = (store) => settled(database.transaction(store).objectStore(store).getAll()).catch(() => []);
    const [files, ids] = [await all(FILES), await all(IDS)];
    const idOf = new Map(ids.map(({ key, id }) => [key, id]));
    return files.filter(({ owner }) => owner === this.#owner).map((one) => ({ ...one, id: idOf.get(one.key) ?? "" }));
  }

  #write(name, act) {
    this.#writing = this.#writing.then(async () => {
      const database = await this.#database;
      if (database) await act(database.transaction(name, "readwrite").objectStore(name)).catch(() => {});
    });
    return this.#writing;
  }
}

const lockOf = (tab) => `renditions.tab.${tab}`;

function open() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    for (const store of [FILES, IDS]) request.result.createObjectStore(store, { keyPath: "key" });
  };
  return settled(request);
}

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
