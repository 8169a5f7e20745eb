/** Starts the work page. */

import "./work_page.js"
