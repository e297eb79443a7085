// What an operator can do about an execution. Each action asks first, and says what it does.

import { api } from "./api.js";
import { element } from "./dom.js";
import { isFailed, isRunning } from "./statuses.js";

const ACTIONS = [
  {
    name: "Redrive",
    call: api.redrive,
    fits: ({ execution }) => isFailed(execution.status),
    sentence:
      "Continues the execution where it ended, by the rules of `renditions redrive`: only the failed branch runs " +
      "again. Where Step Functions cannot redrive it, a new execution with the same input starts.",
  },
  {
    name: "Start again",
    call: api.startAgain,
    fits: ({ execution }) => !isRunning(execution.status) && execution.input,
    sentence:
      "Starts a new execution with the same input. If the record shows that this event, or a newer one, has been " +
      "processed already, the new execution ends as Duplicate and changes nothing.",
  },
  {
    name: "Stop",
    call: api.stop,
    fits: ({ execution }) => execution.status === "RUNNING",
    sentence: "Stops the execution. Its image becomes FAILED, and the operators are notified. A redrive continues it.",
  },
];

/** The buttons for an execution. `report(answer)` is called with the result of an action. */
export function actionButtons(found, isReadOnly, report, fail) {
  if (isReadOnly || !found.execution.machine_name) return [];
  return ACTIONS.filter((one) => one.fits(found)).map((one) =>
    element("button", { type: "button", onclick: () => ask(one, found.execution.arn, report, fail) }, one.name),
  );
}

function ask({ name, call, sentence }, arn, report, fail) {
  const go = element("button", { type: "button", className: "primary" }, name);
  const dialog = element(
    "dialog",
    { "aria-label": name },
    element("h2", {}, `${name}?`),
    element("p", {}, sentence),
    element(
      "div",
      { className: "buttons" },
      element("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
      go,
    ),
  );
  dialog.onclose = () => dialog.remove();
  go.onclick = async () => {
    go.disabled = true;
    try {
      const answer = await call(arn);
      dialog.close();
      report(answer);
    } catch (problem) {
      dialog.close();
      fail(problem);
    }
  };
  document.body.append(dialog);
  dialog.showModal();
  go.focus();
}
