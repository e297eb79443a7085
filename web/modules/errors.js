// What can go wrong between the page and the service. `message` is a sentence for the user.

import { text } from "../text.js";

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
