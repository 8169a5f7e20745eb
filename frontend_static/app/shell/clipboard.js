/** Copy text, also on the plain http of an office network, where browsers withhold the clipboard interface. */

/**
 * @param {string} words
 * @param {HTMLElement} [place] Where a selection is possible: while a dialog is open, inside it.
 * @returns {Promise<boolean>} Whether the text is on the clipboard now.
 */
export async function copyText(words, place = document.body) {
  if (!navigator.clipboard) return copyBySelection(words, place)
  return navigator.clipboard.writeText(words).then(
    () => true,
    () => copyBySelection(words, place),
  )
}

/**
 * @param {string} words
 * @param {HTMLElement} place
 */
function copyBySelection(words, place) {
  const area = document.createElement("textarea")
  area.value = words
  area.className = "visually-hidden"
  place.append(area)
  area.select()
  const isCopied = document.execCommand("copy")
  area.remove()
  return isCopied
}
