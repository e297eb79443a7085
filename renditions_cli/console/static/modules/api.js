// The API of the command that serves this page. The token comes in the fragment of the address, which no browser sends
// anywhere, and is kept for this origin; other tabs and reloads find it there.

const KEPT = "renditions-console-token";

/** Take the token out of the address, if it has one, so that it is not in the history or in a copied link. */
export function keepToken() {
  const given = location.hash.match(/^#token=([\w-]+)$/);
  if (!given) return;
  localStorage.setItem(KEPT, given[1]);
  history.replaceState(null, "", "#/");
}

/** The server refused a request, or did not answer (status 0). `message` is a sentence for the operator. */
export class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const UNREACHABLE =
  "The command that serves this page does not answer. If it has ended, start `renditions console` again and open the " +
  "address that it prints.";

async function request(path, options = {}) {
  const headers = { Authorization: `Bearer ${localStorage.getItem(KEPT) ?? ""}`, ...options.headers };
  const response = await fetch(path, { ...options, headers, cache: "no-store" }).catch(() => null);
  if (!response) throw new Problem(0, UNREACHABLE);
  if (response.ok) return response;
  const answer = await response.json().catch(() => null);
  throw new Problem(response.status, answer?.error ?? `The server answered with ${response.status}.`);
}

const query = (path, parameters) =>
  `${path}?${new URLSearchParams(Object.entries(parameters).filter(([, value]) => value))}`;

const get = async (path, parameters = {}) => (await request(query(path, parameters))).json();

const post = async (path, body) => {
  const headers = { "Content-Type": "application/json" };
  return (await request(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
};

export const api = {
  stack: () => get("/api/stack"),
  executions: (parameters) => get("/api/executions", parameters),
  execution: (arn) => get("/api/execution", { arn }),
  find: (image) => get("/api/find", { image }),
  picture: async (parameters) => (await request(query("/api/picture", parameters))).blob(),
  redrive: (arn) => post("/api/redrive", { arn }),
  startAgain: (arn) => post("/api/start-again", { arn }),
  stop: (arn) => post("/api/stop", { arn }),
};
