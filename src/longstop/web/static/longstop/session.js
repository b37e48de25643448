// Warns before the session ends, and lets the person extend it (WCAG 2.2, success criterion 2.2.1).
// Every open page of the service shares one clock: activity on one keeps the others alive.

const dialog = document.querySelector("[data-ls-session]");
const channel = "BroadcastChannel" in window ? new BroadcastChannel("longstop-session") : null;
const lasts = Number(dialog.dataset.seconds) * 1000;
const warns = Number(dialog.dataset.warnSeconds) * 1000;
const left = dialog.querySelector("[data-ls-session-left]");
const status = dialog.querySelector("[data-ls-session-status]");
const problem = dialog.querySelector("[data-ls-session-problem]");
let ends = 0;
let announced = "";

/** Say in words how long is left; to the minute until the last one, so that it is not read out each second. */
function inWords(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  if (seconds > 60) {
    return `${Math.ceil(seconds / 60)} minutes`;
  }
  const rounded = Math.ceil(seconds / 10) * 10;
  return rounded === 60 ? "1 minute" : `${rounded} seconds`;
}

function restart() {
  ends = Date.now() + lasts;
  announced = "";
  problem.textContent = "";
  if (dialog.open) {
    dialog.close();
  }
}

function tick() {
  // The time of day is compared, not counted: timers stop while a computer sleeps.
  const remaining = ends - Date.now();
  if (remaining <= 0) {
    window.location.assign(dialog.dataset.endedUrl);
    return;
  }
  if (remaining <= warns) {
    const words = inWords(remaining);
    if (words !== announced) {
      left.textContent = words;
      status.textContent = `You will be signed out in ${words}.`;
      announced = words;
    }
    if (!dialog.open) {
      dialog.showModal();
    }
  }
  window.setTimeout(tick, 1000);
}

async function extend(event) {
  event.preventDefault();
  const form = event.currentTarget;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" });
    if (!answer.ok) {
      throw new Error(`The server answered ${answer.status}`);
    }
  } catch {
    problem.textContent = "We could not reach the service to keep you signed in. Copy what you have written, then try again.";
    return;
  }
  restart();
  channel?.postMessage("extended");
}

dialog.querySelector("[data-ls-session-extend]").addEventListener("submit", extend);
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  dialog.querySelector("[data-ls-session-extend]").requestSubmit();
});
channel?.addEventListener("message", restart);
channel?.postMessage("loaded");
restart();
tick();
