// The web API, one method per route. Every method throws ServiceError or SessionEnded.

import { text } from "../text.js";

export class Api {
  #session;

  constructor(session) {
    this.#session = session;
  }

  /** Ask for a form with which one file can be posted to S3: {id, url, fields, expires_at}. */
  startUpload = (file) => this.#call("POST", "/api/uploads", file);

  /** One page of images, newest first: {images, next}. `after` is the `next` of the page before. */
  images({ after = "", limit = 50 } = {}) {
    const query = new URLSearchParams({ limit, ...(after && { after }) });
    return this.#call("GET", `/api/images?${query}`);
  }

  image = (id) => this.#call("GET", `/api/images/${id}`);

  /** Delete the original, which deletes its renditions. An image that is gone already counts as deleted. */
  async delete(id) {
    try {
      await this.#call("DELETE", `/api/images/${id}`);
    } catch (error) {
      if (error.status !== 404) throw error;
    }
  }

  /** A link to the original that works for a short time: {url, expires_at}. */
  original = (id) => this.#call("GET", `/api/images/${id}/original`);

  async #call(method, path, body) {
    const token = await this.#session.token();
    const response = await this.#send(method, path, body, token);
    if (response.status !== 401) return contents(response);
    await this.#session.renew(token);
    const again = await this.#send(method, path, body, await this.#session.token());
    if (again.status === 401) throw new SessionEnded(); // a fresh token that is refused: the user was removed
    return contents(again);
  }

  async #send(method, path, body, token) {
    const headers = { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) };
    const request = { method, headers, body: body && JSON.stringify(body), cache: "no-store" };
    const response = await fetch(path, request).catch(() => null);
    if (!response) throw new ServiceError(0);
    return response;
  }
}

async function contents(response) {
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const answer = isJson && response.status !== 204 ? await response.json().catch(() => null) : null;
  if (!response.ok) throw new ServiceError(response.status, answer?.error?.code, answer?.error?.message);
  return answer;
}

// What can go wrong between the page and the service. `message` is a sentence for the user.

/** The service refused a request. `status` is HTTP's, or 0 if there was no answer; `code` is the service's own. */
export class ServiceError extends Error {
  constructor(status, code = "", message = "") {
    super(message || sentence(status));
    this.status = status;
    this.code = code;
  }

  /** Whether the same request may succeed later. A 429 with a code is a quota of the user, not a matter of waiting. */
  get mayPass() {
    return this.status === 0 || this.status >= 500 || this.status === 408 || (this.status === 429 && !this.code);
  }
}

/** The tokens are used up; only the user can get new ones, by signing in. */
export class SessionEnded extends Error {}

function sentence(status) {
  if (status === 0) return text.errors.offline;
  if (status === 429) return text.errors.tooMany;
  return status >= 500 ? text.errors.server : text.errors.other(status);
}
