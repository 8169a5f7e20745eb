/** Starts the page. */

import "./shell/application.js"
import { store } from "./shell/page_store.js"

/** @import {MapView} from "./maps/map_view.js" */

/** A handle for tests and for the curious at the console: what the page knows, and the map that draws it. */
const handle = {
  store,
  get map() {
    return /** @type {MapView | null} */ (document.querySelector("riskmap-map"))?.map ?? null
  },
}

Object.assign(window, { riskmap: handle })
