/** Long secrets in groups of four, as people read them out and type them off. */

/** @param {string} secret */
export function inGroups(secret) {
  return secret.match(/.{1,4}/g) ?? []
}
