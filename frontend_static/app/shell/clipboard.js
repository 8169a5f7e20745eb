/** Copy text, also on the plain http of an office network, where browsers withhold the clipboard interface. */

/**
 * @param {string} words
 * @returns {Promise<boolean>} Whether the text is on the clipboard now.
 */
export async function copyText(words) {
  if (!navigator.clipboard) return copyBySelection(words)
  return navigator.clipboard.writeText(words).then(
    () => true,
    () => copyBySelection(words),
  )
}

/** @param {string} words */
function copyBySelection(words) {
  const area = document.createElement("textarea")
  area.value = words
  area.className = "visually-hidden"
  document.body.append(area)
  area.select()
  const isCopied = document.execCommand("copy")
  area.remove()
  return isCopied
}
