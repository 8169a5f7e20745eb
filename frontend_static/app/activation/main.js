/** Starts the page. */

import "./activation_page.js"
