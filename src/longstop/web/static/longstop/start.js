// Starts GOV.UK Frontend. Its address comes from the page, because the file's name holds a hash of its content.
const { initAll } = await import(document.getElementById("ls-start").dataset.govukFrontend);
initAll();
