/** The tools of the proximity panel. */

/** @typedef {"analysis" | "saved" | "planned" | "emergency" | "alarms"} Tool */

/** In the order of their tabs. @type {readonly Tool[]} */
export const TOOLS = Object.freeze(["analysis", "saved", "planned", "emergency", "alarms"])
