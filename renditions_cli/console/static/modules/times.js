// Moments and durations. All times are in the zone of this machine or in UTC, as the operator chooses.

import { element } from "./dom.js";

const KEPT = "renditions-console-zone";
let isUtc = localStorage.getItem(KEPT) === "UTC";

export function toggleZone() {
  isUtc = !isUtc;
  localStorage.setItem(KEPT, isUtc ? "UTC" : "local");
}

const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
const format = (options) => new Intl.DateTimeFormat("en-GB", { ...options, timeZone: isUtc ? "UTC" : local });

export const zoneName = () => (isUtc ? "UTC" : `Local time (${local})`);

const DAY = { year: "numeric", month: "short", day: "numeric" };
const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit" };

/** A moment with its date, as an element with the exact time in its title. */
export function moment(iso, { precise = false } = {}) {
  if (!iso) return element("span", { className: "quiet" }, "–");
  const options = { ...DAY, ...CLOCK, ...(precise && { fractionalSecondDigits: 3 }) };
  return element("time", { dateTime: iso, title: iso }, format(options).format(new Date(iso)));
}

/** The time of day to the millisecond. */
export const clock = (iso) =>
  element("time", { dateTime: iso, title: iso }, format({ ...CLOCK, fractionalSecondDigits: 3 }).format(new Date(iso)));

/** The seconds from one moment to another, or to now. */
export const seconds = (from, to) => Math.max(0, ((to ? Date.parse(to) : Date.now()) - Date.parse(from)) / 1000);

/** `12 ms`, `2.41 s`, `3 min 07 s`, `5 h 12 min`. */
export function duration(value) {
  if (value < 0.9995) return `${Math.round(value * 1000)} ms`;
  if (value < 59.995) return `${value.toFixed(2)} s`;
  const whole = Math.round(value);
  const pad = (number) => String(number).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

/** How long ago a moment was, in one unit. */
export function ago(iso) {
  const passed = seconds(iso);
  if (passed < 60) return `${Math.round(passed)} s ago`;
  if (passed < 5400) return `${Math.round(passed / 60)} min ago`;
  return passed < 172_800 ? `${Math.round(passed / 3600)} h ago` : `${Math.round(passed / 86_400)} days ago`;
}
