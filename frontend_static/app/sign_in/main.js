/** Starts the page. */

import "./sign_in_page.js"
