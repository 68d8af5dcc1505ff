// Sends at once what was typed before somebody signed in again. The button does it without this.
"use strict";

for (const form of document.querySelectorAll("form[data-send-now]")) form.requestSubmit();
