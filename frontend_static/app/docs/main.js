/** Starts Swagger UI on the service's own OpenAPI document; the library is served from here, nothing from a CDN. */

/** @typedef {(options: Record<string, unknown>) => void} SwaggerUIBundle */

const { SwaggerUIBundle } = /** @type {{SwaggerUIBundle: SwaggerUIBundle}} */ (/** @type {unknown} */ (window))

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#documentation",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  // The badge would ask a server of the library's makers.
  validatorUrl: null,
})
