// The start: ask for the configuration, finish or offer the sign-in, then show the user's images.

import { language, text } from "../text.js";
import { ServiceError } from "./api.js";
import { showLanding } from "./landing.js";
import { isReturning, Session } from "./session.js";

const page = document.getElementById("page");
document.documentElement.lang = language;
document.title = text.title;

// The browser's Back button can bring a page back as it was left. Before a sign-in, or after a sign-out, that is stale.
addEventListener("pageshow", ({ persisted }) => persisted && !isReturning() && location.reload());

const configuration = loadConfiguration();
const leaving = isReturning() || location.search;
if (!leaving) showLanding(page, signIn); // at once: the words need no configuration

try {
  const config = await configuration;
  const session = new Session(config.sign_in);
  if (await session.resume()) {
    const { showHome } = await import("./home.js");
    await showHome(page, config, session);
  } else if (leaving) showLanding(page, signIn);
} catch (error) {
  if (!(error instanceof ServiceError)) throw error;
  showLanding(page, signIn, error.status ? text.landing.failed : text.landing.unavailable);
}

/** Return what the service says about itself. Throws ServiceError. */
async function loadConfiguration() {
  const response = await fetch("/api/config").catch(() => null);
  if (!response?.ok) throw new ServiceError(response?.status ?? 0);
  return response.json();
}

async function signIn() {
  const config = await configuration.catch(loadConfiguration);
  await new Session(config.sign_in).signIn();
}
