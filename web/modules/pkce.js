// Proof Key for Code Exchange (RFC 7636): only the page that started a sign-in can use the code that comes back.

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** A random string of 43 characters: 32 bytes that nobody can guess. */
export const randomString = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** Return the challenge (S256) of a verifier. */
export async function challengeOf(verifier) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return base64url(new Uint8Array(digest));
}

/** Return the claims of a token, unverified: they only label the page, and the API verifies each request. */
export function claimsOf(token) {
  const padded = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(padded), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}
