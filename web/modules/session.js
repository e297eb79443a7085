// Signing in and out: authorization code with PKCE. Tokens live in memory and nowhere else. They survive a reload by
// being handed over; where that fails, the identity provider's own cookie signs the user in again, without a question.

import { ServiceError, SessionEnded } from "./api.js";

const PENDING = "renditions.sign-in"; // state and verifier while the user is at the identity provider
const RETURNING = "renditions.signed-in"; // whether this tab was signed in: a reload then signs in at once
const SECONDS_EARLY = 60; // a token is renewed before it ends, as clocks differ and uploads take their time

/** Whether this tab has a session, or had one before a reload. */
export const isReturning = () => sessionStorage.getItem(RETURNING) !== null;

export class Session {
  #signIn;
  #tokens = null;
  #renewal = null;

  constructor(signIn) {
    this.#signIn = signIn;
  }

  /** The signed-in user: a stable id, and the name to show. */
  get user() {
    const claims = claimsOf(this.#tokens.id_token ?? this.#tokens.access_token);
    return { id: claims.sub, name: claims.email ?? claims["cognito:username"] ?? claims.username ?? "" };
  }

  /**
   * Finish a sign-in that is under way. Returns whether there is a session now.
   * Throws ServiceError if the identity provider refused or cannot be reached.
   */
  async resume() {
    const answer = new URLSearchParams(location.search);
    const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "null");
    sessionStorage.removeItem(PENDING);
    if (answer.has("code") || answer.has("error")) history.replaceState(null, "", location.pathname);
    if (answer.has("code") && pending && answer.get("state") === pending.state) {
      await this.#redeem(answer.get("code"), pending.verifier);
      return true;
    }
    const returning = isReturning() && !answer.has("error");
    sessionStorage.removeItem(RETURNING); // one try: a failure must not send the user round in circles
    if (returning && this.#continue(await takeOver())) return true;
    if (returning) await this.signIn();
    if (answer.has("error")) throw new ServiceError(400);
    return false;
  }

  /** Send the browser to the identity provider. Never returns. */
  async signIn() {
    const [state, verifier] = [randomString(), randomString()];
    sessionStorage.setItem(PENDING, JSON.stringify({ state, verifier }));
    const address = new URL(this.#signIn.authorize_url);
    address.search = new URLSearchParams({
      response_type: "code",
      client_id: this.#signIn.client_id,
      redirect_uri: here(),
      scope: this.#signIn.scopes.join(" "),
      state,
      code_challenge: await challengeOf(verifier),
      code_challenge_method: "S256",
    });
    location.assign(address);
    return new Promise(() => {}); // the page is about to be left
  }

  /** End the session here and at the identity provider. Never returns. */
  async signOut() {
    const refresh = this.#tokens?.refresh_token;
    this.#tokens = null;
    sessionStorage.removeItem(RETURNING);
    if (refresh && this.#signIn.revoke_url) await this.#revoke(refresh);
    const address = new URL(this.#signIn.logout_url);
    address.search = new URLSearchParams({ client_id: this.#signIn.client_id, logout_uri: here() });
    location.assign(address);
    return new Promise(() => {});
  }

  /** Return a token that is valid now, renewed if need be. Throws SessionEnded. */
  async token() {
    if (!this.#tokens) throw new SessionEnded();
    if (Date.now() > this.#tokens.until) await this.renew(this.#tokens.access_token);
    return this.#tokens.access_token;
  }

  /** Replace a token that the API refused; requests that were refused together share one renewal. */
  async renew(refused) {
    if (this.#tokens && this.#tokens.access_token !== refused) return;
    this.#renewal ??= this.#refresh().finally(() => (this.#renewal = null));
    await this.#renewal;
  }

  async #refresh() {
    const refresh = this.#tokens?.refresh_token;
    if (!refresh) throw new SessionEnded();
    try {
      this.#keep({
        refresh_token: refresh,
        ...(await this.#ask({ grant_type: "refresh_token", refresh_token: refresh })),
      });
    } catch (error) {
      if (error instanceof ServiceError && error.mayPass) throw error;
      this.#tokens = { ...this.#tokens, refresh_token: undefined };
      throw new SessionEnded();
    }
  }

  async #redeem(code, verifier) {
    const grant = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: here() };
    this.#keep(await this.#ask(grant));
  }

  #keep(tokens) {
    this.#continue({ ...tokens, until: Date.now() + lifetime(tokens.expires_in) });
  }

  /** Use these tokens from now on. Returns whether there are any. */
  #continue(tokens) {
    if (!tokens) return false;
    if (!this.#tokens) handOver(() => (this.#tokens?.refresh_token ? this.#tokens : null));
    this.#tokens = tokens;
    sessionStorage.setItem(RETURNING, "yes");
    return true;
  }

  async #ask(grant) {
    const body = new URLSearchParams({ client_id: this.#signIn.client_id, ...grant });
    const response = await fetch(this.#signIn.token_url, { method: "POST", body }).catch(() => null);
    if (!response?.ok) throw new ServiceError(response?.status ?? 0);
    return response.json();
  }

  async #revoke(refresh) {
    const body = new URLSearchParams({ client_id: this.#signIn.client_id, token: refresh });
    await fetch(this.#signIn.revoke_url, { method: "POST", body, keepalive: true }).catch(() => null);
  }
}

const here = () => `${location.origin}/`;

/** Milliseconds for which a token of `seconds` is used. */
const lifetime = (seconds) => Math.max(seconds - SECONDS_EARLY, seconds / 2) * 1000;

const TAB = "renditions.tab"; // a secret that only this tab knows, also after a reload
const PATIENCE = 1000; // milliseconds for an answer

/** Let the next page of this tab have the tokens, by the service worker /handover.js. `tokens` returns them when this page ends, or null. */
export async function handOver(tokens) {
  const worker = await started();
  addEventListener("pagehide", () => {
    if (!tokens()) return;
    const tab = randomString();
    sessionStorage.setItem(TAB, tab);
    worker?.postMessage({ tab, tokens: tokens() });
  });
}

/** Return the tokens of the page before, or null. */
export async function takeOver() {
  const tab = sessionStorage.getItem(TAB);
  sessionStorage.removeItem(TAB);
  const worker = tab && (await navigator.serviceWorker?.getRegistration())?.active;
  if (!worker) return null;
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ tab }, [port2]);
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(() => resolve(null), PATIENCE);
  });
}

async function started() {
  try {
    await navigator.serviceWorker.register("/handover.js");
    return (await navigator.serviceWorker.ready).active;
  } catch {
    return null; // private windows, for example
  }
}

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
