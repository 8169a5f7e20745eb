/** Starts Swagger UI on the service's own OpenAPI document; the library is served from here, nothing from a CDN. */

import { getJson } from "../api/client.js"
import { signInPath } from "../session/session.js"

/** @import {Session} from "../session/session.js" */

/** @typedef {(options: Record<string, unknown>) => void} SwaggerUIBundle */

const { SwaggerUIBundle } = /** @type {{SwaggerUIBundle: SwaggerUIBundle}} */ (/** @type {unknown} */ (window))

// The description is for who may use what it describes. When nothing can be learnt, Swagger UI says why.
const session = /** @type {Session | null} */ (await getJson("/api/v1/session").catch(() => null))
if (session && !session.actor) location.replace(signInPath("/docs"))
else show()

function show() {
  SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#documentation",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    // The badge would ask a server of the library's makers.
    validatorUrl: null,
  })
}
