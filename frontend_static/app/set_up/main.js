/** Starts the page. */

import "./set_up_page.js"
