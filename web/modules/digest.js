// The checksum that fixes a signed form to one content: S3 refuses bytes that were damaged or exchanged on their way.

const LARGEST = 32_000_000; // bytes: the browser can only digest what is in memory as a whole

let last = Promise.resolve();

/** Return the SHA-256 of a file in base64, or undefined for a large one. One file at a time, for the memory's sake. */
export function digestOf(file) {
  if (file.size > LARGEST) return Promise.resolve(undefined);
  const digest = last.then(async () => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    return btoa(String.fromCharCode(...bytes));
  });
  last = digest.catch(() => {});
  return digest;
}
