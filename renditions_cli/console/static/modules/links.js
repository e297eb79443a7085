// Links to the consoles of AWS. An emulator has none.

import { element } from "./dom.js";

let region = "",
  isLocal = true;

export function setPlace(stack) {
  region = stack.region;
  isLocal = stack.is_local;
}

const to = (path, words) =>
  isLocal
    ? ""
    : element(
        "a",
        { href: `https://${region}.console.aws.amazon.com/${path}`, target: "_blank", rel: "noreferrer" },
        words,
      );
const part = encodeURIComponent;

export const objectLink = (uri) => {
  const [, bucket, key] = uri.match(/^s3:\/\/([^/]*)\/(.*)$/s) ?? [];
  return bucket ? to(`s3/object/${bucket}?region=${region}&prefix=${part(key)}`, "Open in S3") : "";
};

export const recordLink = (table, uri) =>
  to(
    `dynamodbv2/home?region=${region}#edit-item?itemMode=2&pk=${part(uri)}&route=ROUTE_ITEM_EXPLORER&table=${part(table)}`,
    "Open in DynamoDB",
  );

export const topicLink = (topic) => to(`sns/v3/home?region=${region}#/topic/${topic}`, "Open in SNS");

/** The log of the function that a task calls. */
export function logsLink(state) {
  const name = String(state?.Parameters?.FunctionName ?? "").match(/:function:([\w-]+)/)?.[1];
  return name
    ? to(
        `cloudwatch/home?region=${region}#logsV2:log-groups/log-group/$252Faws$252Flambda$252F${name}`,
        `/aws/lambda/${name}`,
      ) || `/aws/lambda/${name}`
    : "";
}
