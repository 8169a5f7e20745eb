/** Starts the page. */

import "./administration_page.js"
