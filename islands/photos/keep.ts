type Kept = { at: number; files: File[] };

const DATABASE = "liandong";
const STORE = "photos";
const KEPT_MS = 7 * 24 * 3600 * 1000;

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Answers undefined where the browser keeps nothing; the page works all the same. */
async function act<T>(mode: IDBTransactionMode, run: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  try {
    const database = await open();
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = run(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    }).finally(() => database.close());
  } catch (error) {
    console.warn(error);
    return undefined;
  }
}

export async function keep(key: string, files: File[]): Promise<void> {
  if (files.length === 0) await forget(key);
  else await act("readwrite", (store) => store.put({ at: Date.now(), files } satisfies Kept, key));
}

export async function forget(key: string): Promise<void> {
  await act("readwrite", (store) => store.delete(key));
}

/** What was kept less than seven days ago. */
export async function kept(key: string): Promise<File[]> {
  const found = (await act("readonly", (store) => store.get(key))) as Kept | undefined;
  return found && Date.now() - found.at < KEPT_MS ? found.files : [];
}
