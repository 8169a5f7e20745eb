/** Starts the page. */

import "./account_page.js"
