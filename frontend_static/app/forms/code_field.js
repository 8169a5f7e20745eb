/** The six digits of the second factor. */

import { text } from "../shell/page_store.js"
import { textField } from "./fields.js"

/** @param {string | null} fault */
export function codeField(fault) {
  return textField({
    name: "code",
    label: text("factor.code"),
    hint: text("factor.codeHint"),
    inputmode: "numeric",
    autocomplete: "one-time-code",
    maxlength: 7,
    fault,
  })
}

/** @param {string} code */
export function isCode(code) {
  return /^\d{3} ?\d{3}$/.test(code)
}
