// The messages that an execution published: the e-mail, and the document for programs.

import { element, facts } from "./dom.js";
import { stateIn, statesOfEvents } from "./history.js";
import { topicLink } from "./links.js";
import { json } from "./panel.js";
import { isolated, printable, printableLines } from "./printable.js";
import { badge } from "./statuses.js";

/** The states that published something, with what they passed to SNS. */
function publications({ definition, visits, events }) {
  const states = statesOfEvents({ events, visits });
  return visits
    .filter(({ state }) => stateIn(definition, state)?.Resource?.includes(":sns:publish"))
    .map((visit) => {
      const own = events.filter(({ id }) => states.get(id) === visit.state);
      const scheduled = own.find(({ type }) => type === "TaskScheduled");
      const succeeded = own.find(({ type }) => type === "TaskSucceeded");
      return {
        visit,
        parameters: parsed(scheduled?.details.parameters),
        id: parsed(succeeded?.details.output)?.MessageId,
        notice: parsed(visit.input)?.notice,
      };
    });
}

export function noticesView(found) {
  const published = publications(found);
  if (!published.length) return element("p", { className: "quiet" }, "This execution has published no message.");
  return published.map(({ visit, parameters, id, notice }) => {
    const message = parsed(parameters?.Message) ?? parameters?.Message;
    const email = typeof message === "string" ? message : message?.email;
    const topic = parameters?.TopicArn ?? "";
    return element(
      "article",
      { className: "notice" },
      element("h2", {}, printable(parameters?.Subject ?? visit.state), " ", badge(visit.status)),
      facts([
        ["State", visit.state],
        ["Topic", topic && [isolated(topic), " ", topicLink(topic)]],
        ["Message ID", id],
      ]),
      email && [element("h3", {}, "E-mail"), element("pre", { tabIndex: 0 }, printableLines(email))],
      element("h3", {}, "Document"),
      json(message?.default ?? notice, "The message was not recorded."),
    );
  });
}

function parsed(text) {
  if (typeof text !== "string") return text ?? null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
